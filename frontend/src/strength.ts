import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs } from "@zxcvbn-ts/language-common";
import common from "virtual:common-passwords";

/**
 * How hard a password is to guess. This module weighs as much as all the rest, so it is imported when somebody types a
 * new password and not before.
 */
const measuring = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary: { passwords: common.split(" ") } });

/** 0 and 1 weak, 2 fair, 3 good, 4 very good: the same scale as the server's (app/accounts/password_strength.py). */
export function measure(password: string): number {
  return measuring.check(password).score;
}
