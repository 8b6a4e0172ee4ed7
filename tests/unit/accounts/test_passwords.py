import pytest

from services.accounts.credentials.rules import PasswordFault, fault_of

TOWN = ("Saint-Aubin-sur-Orne", "Orne", "Normandie")


def fault(password: str) -> PasswordFault | None:
    return fault_of(password, username="camille.exemple", town_words=TOWN)


@pytest.mark.parametrize(
    "password",
    [
        "quatre grenouilles sous la pluie",
        "tulipe-verre-cabane-9",
        "xK7$pqZ!m2vT",
        "k3wq5-m2n7p-x4r6t-y8u9z",
        "éééà l'orée du bois",
        "aà" * 30 + "zut, la porte",
    ],
)
def test_a_long_password_is_accepted_whatever_it_is_made_of(password: str) -> None:
    assert fault(password) is None


def test_a_password_has_12_to_128_characters_without_the_user_name() -> None:
    assert fault("gh7!kzpwq2xv") is None
    assert fault("gh7!kzpwq2x") is PasswordFault.TOO_SHORT
    sentence = (
        "une phrase assez longue et fort peu commune pour ouvrir mon espace, dite un soir de novembre au bord de l'Orne"
    )
    assert fault(sentence.ljust(128, "z")) is None
    assert fault(sentence.ljust(129, "z")) is PasswordFault.TOO_LONG
    assert fault("le code de CAMILLE.Exemplé") is PasswordFault.CONTAINS_USERNAME


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123",
        "Mot de passe 2026",
        "password1234",
        "Bonjour14/07/1998",
        "SoleilChocolat1",
        "azertyuiopqs",
        "123456789012",
        "19870412061990",
        "abcabcabcabc",
        "aaaaaaaaaaaa",
        "1q2w3e4r5t6y",
        "Saint-Aubin-sur-Orne",
        "normandie2026!",
        "orneMairie61990",
        "espacecitoyens",
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    assert fault(password) is PasswordFault.TOO_COMMON
