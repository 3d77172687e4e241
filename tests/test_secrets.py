"""Names that may hold a secret, and those that only look like it."""

from __future__ import annotations

import pytest

from envkit import secrets

_QUIET = """PATH HOME KEYBOARD MONKEY KEYTIMEOUT TOKENIZERS_PARALLELISM SSH_AUTH_SOCK SSH_ASKPASS
GIT_ASKPASS GIT_AUTHOR_NAME PWD OLDPWD PATTERN COMPAT XAUTHORITY AWS_REGION AWS_PROFILE PYTHONPATH
PASSWORD_STORE_DIR AWS_SHARED_CREDENTIALS_FILE XDG_SESSION_TYPE DESKTOP_SESSION ITERM_SESSION_ID
GNOME_KEYRING_CONTROL PAGER COMPASS BYPASS_PROXY SESSION_MANAGER LS_COLORS PIP_INDEX_URL
_"""

_SECRET = """TOKEN SECRET PASSWORD PASSWD KEY API_KEY GITHUB_TOKEN GH_TOKEN HF_TOKEN WANDB_API_KEY
HUGGING_FACE_HUB_TOKEN OPENAI_API_KEY ANTHROPIC_API_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
AWS_SESSION_TOKEN PGPASSWORD MYSQL_PWD DB_PASS SSHPASS SSH_PRIVATE_KEY GPG_PASSPHRASE MY_PAT
AZURE_CREDENTIALS GOOGLE_APPLICATION_CREDENTIALS BASIC_AUTH NPM_AUTH_TOKEN npm_config__authToken
SESSION_COOKIE XDG_SESSION_COOKIE APP_SESSION_KEY DATABASE_URL REDIS_URL SENTRY_DSN MONGODB_URI
SLACK_WEBHOOK_URL ENCRYPTION_KEY LICENSE_KEYS APIKEY github_token VAULT_TOKENS JWT __TOKEN_
AZURE_STORAGE_CONNECTION_STRING"""


@pytest.mark.parametrize("name", _QUIET.split())
def test_quiet(name: str) -> None:
    assert not secrets.secret(name)
    assert secrets.shown(name, "a value") == "a value"


@pytest.mark.parametrize("name", _SECRET.split())
def test_secret(name: str) -> None:
    assert secrets.secret(name)
    assert secrets.shown(name, "a value") == secrets.KEPT_BACK


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a:b@c", "https://example.org/a:b@c"),
        ("https://example.org:8080/@scope/x", "https://example.org:8080/@scope/x"),
        ("ssh://git@example.org/x", "ssh://git@example.org/x"),
        ("/opt/a@b:/usr/bin", "/opt/a@b:/usr/bin"),
        ("https://me:p4ss@example.org/x", "https://me:(not shown)@example.org/x"),
        ("redis://:1234@host:1/0", "redis://:(not shown)@host:1/0"),
        ("a https://me:p/s@s@example.org b", "a https://me:(not shown)@example.org b"),
    ],
)
def test_the_password_of_a_url(value: str, expected: str) -> None:
    assert secrets.shown("PIP_EXTRA_INDEX_URL", value) == expected
