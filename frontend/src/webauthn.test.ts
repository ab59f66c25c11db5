import { expect, test } from "vitest";

import { answerOf, bytesOf, creationOptions, requestOptions, textOf } from "./webauthn";

const buffer = (...bytes: number[]): ArrayBuffer => new Uint8Array(bytes).buffer;

test("bytes come through as text without padding, and back", () => {
  expect(textOf(buffer(251, 255, 0))).toBe("-_8A");
  expect([...bytesOf("-_8A")]).toEqual([251, 255, 0]);
  expect(textOf(bytesOf("AQ").buffer)).toBe("AQ");
});

test("options get bytes where the browser wants bytes, and keep the rest", () => {
  const made = creationOptions({
    challenge: "AQI",
    user: { id: "Aw", name: "hanako", displayName: "佐藤 花子" },
    excludeCredentials: [{ id: "BA", type: "public-key", transports: ["usb"] }],
    rp: { id: "desk.example" },
  });
  expect(made.challenge).toEqual(bytesOf("AQI"));
  expect(made.user.id).toEqual(bytesOf("Aw"));
  expect(made.excludeCredentials).toEqual([{ id: bytesOf("BA"), type: "public-key", transports: ["usb"] }]);
  expect(made.rp).toEqual({ id: "desk.example" });
  const asked = requestOptions({ challenge: "AQI", rpId: "desk.example" });
  expect(asked).toEqual({ challenge: bytesOf("AQI"), rpId: "desk.example", allowCredentials: [] });
});

test("a new credential is sent with its attestation and ways of transport", () => {
  const response = {
    clientDataJSON: buffer(1),
    attestationObject: buffer(2),
    getTransports: () => ["internal"],
  };
  const sent = answerOf({ id: "Aw", rawId: buffer(3), type: "public-key", response } as unknown as PublicKeyCredential);
  expect(sent).toEqual({
    id: "Aw",
    rawId: "Aw",
    type: "public-key",
    response: { clientDataJSON: "AQ", attestationObject: "Ag", transports: ["internal"] },
  });
});

test("a used credential is sent with its signature; a security key names no user", () => {
  const response = { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3), userHandle: null };
  const sent = answerOf({ id: "BA", rawId: buffer(4), type: "public-key", response } as unknown as PublicKeyCredential);
  expect(sent.response).toEqual({ clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw", userHandle: null });
});
