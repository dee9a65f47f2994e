"""Answers of the real gateway, recorded or documented; only names are changed."""

from __future__ import annotations

STATUS_ROW = {
    "id": "77",
    "status": "DELIVERED",
    "status_time": "2023-08-23 14:13:12.000",
}
OUTBOUND = {
    "id": "77214067982",
    "to": "4917661254799",
    "from": "SMS",
    "text": "text",
    "timestamp": "2023-08-23 14:13:08.802",
    "price": "0.0750",
    "dlr": "DELIVERED",
    "dlr_timestamp": "2023-08-23 14:13:12.000",
    "mccmnc": "26207",
    "latency": "3.1980",
    "type": "direct",
    "channel": "RCS",
    "connection": "zapier",
    "label": None,
    "foreign_id": "c-1",
}
NOT_REPORTED = dict.fromkeys(
    ["dlr", "dlr_timestamp", "mccmnc", "latency", "label", "foreign_id"]
)
INBOUND = {
    "id": "1710407",
    "from": "447873077777",
    "to": "491716992343",
    "text": "Hi",
    "timestamp": "2023-08-25 11:32:31",
    "price": "0.0000",
}
CALL = {
    "id": "1006001",
    "from": "491771783130",
    "to": "491716992343",
    "xml": False,
    "text": "Hi",
    "duration": "8",
    "status": "completed",
    "error": None,
    "timestamp": "2023-08-07 10:59:59",
    "price": "0.045",
}
FAILED_CALL = CALL | {
    "duration": None,
    "status": "",
    "error": "Account not authorized to call +49",
    "price": None,
}
HOOK = {
    "id": "2043",
    "target_url": "https://example.org/hook",
    "headers": "",
    "event_type": "all",
    "event_filter": None,
    "request_method": "POST",
    "enabled": True,
    "created": "2023-08-31 13:07:52",
}
CONTACT = {
    "id": 12876882,
    "avatar": "https://example.org/a.png",
    "validation": {"state": None, "timestamp": None},
    "initials": {"initials": "JD", "color": "EEE0C9"},
    "properties": {
        "firstname": "John",
        "lastname": None,
        "mobile_number": "4917612345678",
        "birthday": "2000-01-01",
        "Impfdatum": "soon",
    },
    "groups": [1],
    "created": "2024-01-09 13:12:48",
}
FORMAT = {
    "success": True,
    "national": "0171 6992343",
    "international": "+491716992343",
    "international_formatted": "+49 171 6992343",
    "country_name": "Germany",
    "country_code": "49",
    "country_iso": "DE",
    "carrier": "T-Mobile",
    "network_type": "mobile",
}
BAD_FORMAT = {
    "success": False,
    "national": "",
    "international": "+",
    "international_formatted": "",
    "country_name": None,
    "country_code": False,
    "country_iso": None,
    "carrier": None,
    "network_type": None,
}
MNP = {
    "success": True,
    "code": 100,
    "price": 0.005,
    "mnp": {
        "country": "DE",
        "number": "+491716992343",
        "network": "Telekom Deutschland GmbH",
        "mccmnc": "26201",
        "isPorted": False,
        "network_type": "mobile",
    },
}
CARRIER = {
    "network_code": "26201",
    "name": "Telekom",
    "country": "DE",
    "network_type": "mobile",
}
HLR = {
    "status": True,
    "status_message": "success",
    "lookup_outcome": True,
    "lookup_outcome_message": "success",
    "international_format_number": "491716992343",
    "country_code": "DE",
    "country_name": "Germany",
    "country_prefix": "49",
    "current_carrier": CARRIER,
    "original_carrier": CARRIER,
    "valid_number": "valid",
    "reachable": "reachable",
    "ported": "assumed_not_ported",
    "roaming": "not_roaming",
    "gsm_code": "0",
    "gsm_message": "No error",
}
BAD_HLR = HLR | {
    "country_name": None,
    "country_prefix": False,
    "gsm_code": None,
    "international_format_number": "",
    "current_carrier": [],
    "lookup_outcome": 2,
    "roaming": {"status": "unknown"},
}
OFFER = {
    "country": "DK",
    "number": "4523854818",
    "number_parsed": "+45 23 85 48 18",
    "fees": {
        "monthly": {"basic_charge": 29.9, "setup": 19.9},
        "annually": {"basic_charge": 238.8, "setup": 9.9},
        "sms_mo": 0,
        "voice_mo": 0.01,
    },
    "features": {"sms": True, "a2p_sms": "1", "voice": 0},
}
ACTIVE = {
    "country": "DE",
    "number": "49176123456789",
    "friendly_name": "",
    "billing": {
        "fees": {"setup": 19.9, "basic_charge": 238.8, "sms_mo": 0, "voice_mo": 0},
        "payment_interval": "annually",
    },
    "features": {"sms": True},
    "forward_sms_mo": {
        "sms": {"number": ["4917612345678"], "enabled": True},
        "email": {"address": ["j.doe@example.org"], "enabled": True},
    },
    "expires": None,
    "created": "2024-01-31 17:06:27",
}
SINGLE_FORWARD = ACTIVE | {"forward_sms_mo": {"sms": {"number": "4917612345678"}}}
SUBACCOUNT = {
    "id": "1234567891",
    "username": None,
    "company": "Company 1",
    "balance": "36.8100",
    "total_usage": "0.3000",
    "auto_topup": {"threshold": "1", "amount": None},
    "contact": {"name": "John Doe", "email": "jd@example.org"},
}
CREATED_SUBACCOUNT = SUBACCOUNT | {
    "id": 123456789,
    "balance": 0,
    "auto_topup": {"threshold": 0, "amount": 0},
}
USAGE = {
    "sms": 145,
    "rcs": "1",
    "voice": 0,
    "hlr": None,
    "mnp": 0,
    "inbound": 72,
    "usage_eur": 0.208,
}
DEFAULT_NETWORK: dict[str, object] = {
    "mcc": None,
    "mncs": None,
    "networkName": None,
    "features": [],
    "comment": None,
    "price": 0.075,
}
PRICES = {
    "countCountries": 232,
    "countNetworks": 2140,
    "countries": [
        {
            "countryCode": "",
            "countryName": "Andorra (Principality of)",
            "countryPrefix": "376",
            "networks": [
                DEFAULT_NETWORK,
                DEFAULT_NETWORK | {"mcc": "424, 430, 431", "mncs": ["03"]},
            ],
        }
    ],
}
STARTED_VALIDATION = {"success": True, "code": "396177", "error": None}
INVALID_VALIDATION = {
    "id": None,
    "sender": "49176",
    "formatted_output": None,
    "success": False,
    "error": "Reception number invalid",
    "voice": False,
}
DONE_VALIDATION = {
    "id": 12345,
    "sender": "49176",
    "formatted_output": "+49 176",
    "success": True,
    "error": "The sender ID is already saved.",
    "voice": True,
}
