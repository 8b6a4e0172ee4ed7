"""Why each detail is asked of the applicant is said to people and to programs."""

from tests.support.judge import Client


def test_the_reasons_stand_in_the_notice_and_in_the_answer_to_programs(visitor: Client) -> None:
    asked = visitor.get("/api/v1/asked-details").get_json()["items"]
    own = [one for one in asked if one["procedure"] == "rdv-cni-passeport"]

    assert [one["detail"] for one in own] == ["given_names", "usage_name", "email", "phone"]
    assert own[-1] == {
        "procedure": "rdv-cni-passeport",
        "procedure_title": own[0]["procedure_title"],
        "detail": "phone",
        "label": "Téléphone",
        "group": "contact",
        "mandatory": False,
        "reason": "Vous prévenir le jour même si le guichet ferme.",
    }
    notice = visitor.page("/demarches/rdv-cni-passeport").select_one("#donnees").get_text()
    assert all(one["reason"] in notice for one in own)
