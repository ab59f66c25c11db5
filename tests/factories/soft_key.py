"""A security key in software: real keys, real CBOR, real signatures, and every lie that a forger could tell."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, RP_ID = "https://desk.test", "desk.test"
USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40
# COSE names: kty 1: EC2 2, alg 3: ES256 -7, crv -1: P-256 1, x -2, y -3.
KTY, ALG, CRV, X, Y = 1, 3, -1, -2, -3

Options = dict[str, Any]


def text_of(data: bytes) -> str:
    """Bytes as browsers send them: base64 for addresses, without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """The way back."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Lies:
    """What an answer says otherwise than an honest browser with an honest key would."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    challenge: str | None = None
    kind: str | None = None
    cross_origin: bool = False
    flags: int = USER_PRESENT | USER_VERIFIED
    user_handle: bytes | None = None
    credential_id: bytes | None = None


@dataclass
class SoftKey:
    """One passkey on one key; ``counts`` says whether its counter rises with each use or stays at 0."""

    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_handle: bytes = b""

    def make(self, options: str, lies: Lies | None = None, *, transports: tuple[str, ...] = ("usb",)) -> str:
        """Answer ``navigator.credentials.create``."""
        asked, lies = json.loads(options), lies or Lies()
        self.user_handle = bytes_of(asked["user"]["id"])
        client_data = _client_data("webauthn.create", asked, lies)
        named = lies.credential_id or self.credential_id
        credential = bytes(16) + len(named).to_bytes(2, "big") + named + self.public_key()
        data = self._authenticator_data(lies, HAS_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {"attestationObject": text_of(attestation), "transports": list(transports)}
        return self._answer(client_data, told)

    def sign(self, options: str, lies: Lies | None = None) -> str:
        """Answer ``navigator.credentials.get``."""
        asked, lies = json.loads(options), lies or Lies()
        self.count += 1 if self.counts else 0
        client_data = _client_data("webauthn.get", asked, lies)
        data = self._authenticator_data(lies, 0)
        signature = self.private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        handle = self.user_handle if lies.user_handle is None else lies.user_handle
        told = {
            "authenticatorData": text_of(data),
            "signature": text_of(signature),
            "userHandle": text_of(handle) if handle else None,
        }
        return self._answer(client_data, told)

    def copy(self) -> "SoftKey":
        """What a thief has who got at the key's memory."""
        return SoftKey(self.counts, self.count, self.credential_id, self.private, self.user_handle)

    def public_key(self) -> bytes:
        """The public key in COSE."""
        numbers = self.private.public_key().public_numbers()
        key = {KTY: 2, ALG: -7, CRV: 1, X: numbers.x.to_bytes(32, "big"), Y: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps(key)

    def _authenticator_data(self, lies: Lies, more_flags: int) -> bytes:
        flags = bytes([lies.flags | more_flags])
        return hashlib.sha256(lies.rp_id.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _answer(self, client_data: bytes, told: dict[str, Any]) -> str:
        name = text_of(self.credential_id)
        response = {"clientDataJSON": text_of(client_data), **told}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _client_data(kind: str, asked: Options, lies: Lies) -> bytes:
    told = {
        "type": lies.kind or kind,
        "challenge": lies.challenge or asked["challenge"],
        "origin": lies.origin,
        "crossOrigin": lies.cross_origin,
    }
    return json.dumps(told).encode()
