"""The key and certificate by which the parts of one server on this machine know each other, and refuse all others."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from deploy.command.layout import rewrite_private

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)  # long past, whatever the clocks are set to
LIFETIME = timedelta(days=3650)


def make(certificate: Path, key: Path) -> None:
    """Writes both anew, readable by their owner alone. The certificate is its own authority: it vouches for no other."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "parvis")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(datetime.now(UTC) + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(secret, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    rewrite_private(key, secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode())
    rewrite_private(certificate, signed.public_bytes(pem).decode())
