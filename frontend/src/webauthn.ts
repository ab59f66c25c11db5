/**
 * Between the JSON of the server and the objects of the browser. The newest browsers convert by themselves; Safari before
 * 18.4 does not, and some password managers break the browser's own way back.
 */
interface Described {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

export interface CreationJSON {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
  [other: string]: unknown;
}

export interface RequestJSON {
  challenge: string;
  allowCredentials?: Described[];
  [other: string]: unknown;
}

type Sent = Record<string, unknown>;

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const signs = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
}

export function textOf(buffer: ArrayBuffer): string {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function creationOptions(json: CreationJSON): PublicKeyCredentialCreationOptions {
  return {
    ...json,
    challenge: bytesOf(json.challenge),
    user: { ...json.user, id: bytesOf(json.user.id) },
    excludeCredentials: described(json.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(json: RequestJSON): PublicKeyCredentialRequestOptions {
  return {
    ...json,
    challenge: bytesOf(json.challenge),
    allowCredentials: described(json.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

function described(list: Described[] = []): PublicKeyCredentialDescriptor[] {
  return list.map((item) => ({ ...item, id: bytesOf(item.id) }));
}

/** What the server reads of a credential, new or used. */
export function answerOf(credential: PublicKeyCredential): Sent {
  const { id, rawId, type, response } = credential;
  return { id, rawId: textOf(rawId), type, response: responseOf(response) };
}

function responseOf(response: AuthenticatorResponse): Sent {
  const clientDataJSON = textOf(response.clientDataJSON);
  if ("attestationObject" in response) {
    const made = response as AuthenticatorAttestationResponse;
    return { clientDataJSON, attestationObject: textOf(made.attestationObject), transports: made.getTransports?.() ?? [] };
  }
  const used = response as AuthenticatorAssertionResponse;
  return {
    clientDataJSON,
    authenticatorData: textOf(used.authenticatorData),
    signature: textOf(used.signature),
    userHandle: used.userHandle ? textOf(used.userHandle) : null,
  };
}
