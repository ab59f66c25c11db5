"""A real SMTP server on the loopback that behaves as it is told to: it accepts, refuses, hangs, closes, comes back."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail as a recipient's program reads it."""
        return message_from_bytes(self.content, policy=policy.default)


class Server:
    """The server; ``mood`` decides what it does to the next mail, ``received`` holds what it took."""

    def __init__(self) -> None:
        self.mood = "accept"
        self.received: list[Received] = []
        self.in_data = threading.Event()
        self.tried_passwords: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listener: asyncio.Server | None = None
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def texts(self) -> list[str]:
        """The texts of the mails, in order of arrival."""
        return [str(one.mail.get_content()).strip() for one in self.received]

    def open(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._listener = self._run(self._loop.create_server(self._session, HOST, self.port))
        self.port = self._listener.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening, as a server that is down."""
        if self._listener is not None:
            self._loop.call_soon_threadsafe(self._listener.close)
            self._run(self._listener.wait_closed())
            self._listener = None

    def end(self) -> None:
        """Close for good, whatever is still going on."""
        self.close()
        self._run(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # The names of the handlers are the library's.
    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mood == "refuse later":
            return "451 4.7.1 Please try again later"
        if self.mood == "refuse for good":
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.in_data.set()
        while self.mood == "hang":  # noqa: ASYNC110  # The mood is set by another thread.
            await asyncio.sleep(0.01)
        if self.mood == "refuse content":
            return "554 5.7.1 Content refused"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        if self.mood == "close after data":
            self.mood = "accept"
            _abort(server)
        return "250 Kept"

    def _session(self) -> SMTP:
        return _Impatient(
            self, hostname="sink", loop=self._loop, auth_require_tls=False, authenticator=self._refuse
        )

    def _refuse(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.tried_passwords.append(data.password.decode())
        # As careless as a server can be: it says again what it was sent.
        return AuthResult(
            success=False, handled=False, message=f"535 5.7.8 not accepted: {data.password.decode()}"
        )

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _cancel(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Impatient(SMTP):
    """A session that can close while the client sends its data."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # The library's name.
        if self.event_handler.mood == "close in data":
            await self.push("354 Go ahead")
            _abort(self)
            return
        await super().smtp_DATA(arg)


def _abort(session: SMTP) -> None:
    """Close without another word, as a machine does that loses its power."""
    assert isinstance(session.transport, asyncio.Transport)
    session.transport.abort()
