"""How far the audit log of each service has come, signed: a copy outside of all of them."""

from notifications.emails.email import Email

EMAIL = Email(
    name="audit_checkpoints",
    label="Audit checkpoints",
    exact=("logs",),
    notice=None,
    sample={
        "day": "Thursday 5 September 2024",
        "wrong": [],
        "silent": [],
        "restored": [],
        "logs": [
            {
                "service": "applications",
                "size": 1234,
                "lines": [
                    "nextstep/applications",
                    "1234",
                    "XcnaecQZpqWprVWctwHZoqudgj0qL0lgz+Nw7+RgQyg=",
                    "",
                    "— nextstep/applications Az3grlgtzPICa5OS8npVmf1Myq//IZniMp+ZJurmRDeO",
                ],
            }
        ],
    },
)
