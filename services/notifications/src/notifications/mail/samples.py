"""Sample facts for every mail, for the gallery. A test holds them against the real ones."""

from notifications.facts import Facts

NAME = "Dr Ada Okafor"
_REFERENCE = "NS24-0042"
_SESSION = {
    "title": "Module 3: Change and Crisis Management",
    "day": "Thursday 20 February 2025",
    "time": "9am to 5pm",
    "timed": True,
    "venue": "Bush House, Strand, London",
    "joining": None,
}

SAMPLES: dict[str, Facts] = {
    "application_received": {
        "reference": _REFERENCE,
        "submitted": "4:12pm on Tuesday 3 September 2024",
        "late": False,
        "documents_needed": ["Your CV: the file could not be opened"],
    },
    "application_updated": {
        "reference": _REFERENCE,
        "amended": "8:05am on Wednesday 4 September 2024",
        "changed": ["cct date", "trust"],
        "documents_needed": [],
    },
    "documents_needed": {
        "reference": _REFERENCE,
        "documents_needed": ["your CV (it is protected by a password; save it without one)"],
    },
    "application_referred": {
        "reference": _REFERENCE,
        "reasons": [
            "Your expected CCT date is within two years of Module 1 but not of Masterclass 1."
        ],
    },
    "documents_requested": {
        "reference": _REFERENCE,
        "documents_needed": ["your CV (the file could not be opened)"],
    },
    "waiting_list": {"reference": _REFERENCE, "position": 4},
    "place_offered": {
        "reference": _REFERENCE,
        "expires": "11:59pm on Tuesday 10 September 2024",
        "from_waiting_list": True,
        "extended": False,
    },
    "study_leave_outstanding": {
        "reference": _REFERENCE,
        "declare": ["Thursday 17 April 2025: Masterclass 5: Making and Evaluating Policy"],
        "tell_trust": [
            "Thursday 20 February 2025: Module 3: Change and Crisis Management, at West Suffolk"
        ],
        "chase": ["Tuesday 14 January 2025: Masterclass 3: Understanding finance"],
    },
    "offer_lapsed": {"reference": _REFERENCE, "reasons": []},
    "place_accepted": {"reference": _REFERENCE, "reasons": []},
    "place_declined": {"reference": _REFERENCE, "reasons": []},
    "application_rejected": {
        "reference": _REFERENCE,
        "reasons": ["Your training programme ended before the end of July 2024."],
    },
    "application_withdrawn": {
        "reference": _REFERENCE,
        "was_fellow": True,
        "merged_into": None,
    },
    "learning_set": {
        "set_name": "Set C",
        "others": ["Dr Ben Hughes", "Dr Siân O'Brien", "Mr Tariq Aziz", "Dr Wei Zhang"],
        "meetings": 4,
    },
    "session_missed": {
        "session": "Masterclass 2: New Public Management and Beyond",
        "day": "Thursday 7 November 2024",
        "apologies": False,
    },
    "register_corrected": {
        "session": "Masterclass 2: New Public Management and Beyond",
        "day": "Thursday 7 November 2024",
        "apologies": False,
    },
    "standing_changed": {
        "standing": "no_slack",
        "reasons": [
            "You have missed 2 of 6 masterclasses and need 4.",
            "Attending Masterclasses 4, 5 and 6 completes the requirement.",
        ],
        "masterclasses": "1 of 4",
        "modules": "2 of 4",
        "modules_waived": 1,
    },
    "requirements_met": {},
    "project_registered": {
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
    },
    "project_submitted": {
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
    },
    "panel_invited": {"organisation": "FMLM"},
    "award_won": {
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
        "winners": 5,
        "decided": "4:30pm on Tuesday 22 July 2025",
    },
    "graduated": {"day": "Tuesday 22 July 2025", "bursary": True},
    "certificate_issued": {
        "number": "NS24-C-0017",
        "verify_url": "https://nextstep.example.org/awards/verify/NS24-C-0017",
        "day": "Tuesday 22 July 2025",
    },
    "discount_issued": {"fee": "£200", "until": "Thursday 22 July 2027"},
    "membership_expiring": {"day": "Wednesday 1 October 2025"},
    "invitation": {
        **_SESSION,
        "title": "Masterclass 3: Understanding finance in a healthcare setting",
        "time": "5pm to 7pm",
        "venue": "Online",
        "joining": "https://meet.example.org/next-step",
    },
    "invitation_changed": {
        **_SESSION,
        "changes": [
            {"label": "Time", "now": "9am to 5pm", "before": "time to be confirmed"},
            {
                "label": "Where",
                "now": "Bush House, Strand, London",
                "before": "The Jockey Club, Newmarket",
            },
        ],
    },
    "invitation_cancelled": {**_SESSION, "reason": "The speaker is ill. A new date will follow."},
}
