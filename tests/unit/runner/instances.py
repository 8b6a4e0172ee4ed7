"""The settings of an instance whose servers answer nowhere."""

from deploy.local.secrets import new_key

NO_SERVER = 9
SETTINGS: dict[str, str] = {
    "DATABASE_URL": f"postgresql://u:p@127.0.0.1:{NO_SERVER}/{{service}}",
    "OWNER_DATABASE_URL": f"postgresql://u:p@127.0.0.1:{NO_SERVER}/{{service}}",
    "AMQP_URL": f"amqp://u:p@127.0.0.1:{NO_SERVER}/v",
    "S3_ENDPOINT": f"127.0.0.1:{NO_SERVER}",
    "SMTP_URL": f"smtp://127.0.0.1:{NO_SERVER}",
    "GATEWAY_PORT": "8000",
    **{name: new_key() for name in ("MASTER_KEY", "RPC_KEY", "SIGNING_KEY")},
}
