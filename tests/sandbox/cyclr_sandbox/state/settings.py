# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Every switch: where the API facts say [U], both sides can be chosen. The first value is the default."""

from __future__ import annotations

from copy import deepcopy

NUMBER = "a whole number"
NUMBER_OR_NULL = "a whole number or null"
TEXT_OR_NULL = "a text or null"
RATE_LIMIT = "null or {Every: N, RetryAfter: seconds}"

# name: (default, allowed values or one of the kinds above, section of the API facts)
SWITCHES = {
    "TokenErrorStatus": (400, (400, 401, 403), "2"),
    "TokenResponse": ("full", ("full", "docs", "minimal"), "2"),
    "UnauthorizedBody": ("message", ("message", "empty", "html"), "8"),
    "NotFoundBody": ("empty", ("empty", "message"), "1.5"),
    "DeleteBody": ("empty", ("empty", "null", "object"), "1.5"),
    "UnknownAccountHeader": (401, (401, 403, 404), "8"),
    "RequireAccountHeaderMessage": (False, (False, True), "8"),
    "RestrictedTokenPartnerLevel": (401, (401, 403), "8"),
    "RestrictedTokenOtherAccount": (401, (401, 403), "2"),
    "HeaderPercentDecoding": (True, (True, False), "1.3"),
    "GuidInHeader": (False, (False, True), "1.3"),
    "AccountIdCaseSensitive": (True, (True, False), "1.3"),
    "AccountIdMaxLength": (None, NUMBER_OR_NULL, "1.3"),
    "ConnectorsNeedAccount": (True, (True, False), "3.1"),
    "UnknownConnectorName": (404, (404, "empty"), "3.2"),
    "QueryMatch": ("substring", ("substring", "exact", "prefix"), "3.1"),
    "CustomConnectorsByDefault": (False, (False, True), "3.1"),
    "DraftsInCatalogue": (False, (False, True), "3.1"),
    "AuthenticationIsDefault": (False, (False, True), "3.1"),
    "DefaultPageSize": (25, NUMBER_OR_NULL, "1.6"),
    "MaxPageSize": (None, NUMBER_OR_NULL, "1.6"),
    "TotalPagesHeader": (True, (True, False), "1.6"),
    "IgnorePaging": (False, (False, True), "1.6"),
    "RepeatLastPage": (False, (False, True), "1.6"),
    "InstanceNameCaseSensitive": (True, (True, False), "4.5"),
    "InUseStatus": (400, (400, 409), "4.5"),
    "PropertyNameCaseSensitive": (True, (True, False), "4.4"),
    "ValueOutsideAllowed": ("accept", ("accept", "error"), "4.4"),
    "MissingRequiredProperties": ("accept", ("accept", "error"), "4.4"),
    "UnknownAuthenticationId": ("error", ("error", "ignore"), "4.4"),
    "AuthenticationIdOfSeveral": ("optional", ("optional", "required"), "4.2"),
    "PropertyIds": ("ignore", ("ignore", "check"), "4.2"),
    "NullBodyInstall": ("accept", ("accept", "error"), "4.2"),
    "UnsetProperties": ("absent", ("absent", "listed"), "4.3"),
    "InstallNativeFlag": ("honour", ("honour", "ignore"), "7"),
    "PutNativeFlag": ("honour", ("honour", "ignore"), "7"),
    "AuthValueEcho": ("clear", ("clear", "masked", "null"), "4.3"),
    "OAuthAuthValueEcho": ("null", ("null", "masked", "clear"), "4.3"),
    "SensitiveEcho": ("clear", ("clear", "masked", "null"), "5.1"),
    "AuthenticatedForNone": (True, (True, False), "4.3"),
    "AuthenticationIdEcho": (False, (False, True), "4.3"),
    "PutProperties": ("merge", ("merge", "replace"), "5"),
    "PutName": ("honour", ("honour", "ignore"), "5"),
    "PutDescription": ("honour", ("honour", "ignore"), "5"),
    "PutAuthenticationId": ("honour", ("honour", "ignore"), "5"),
    "PropertyPostDuplicate": ("duplicate", ("duplicate", "overwrite", "error"), "5.1"),
    "PropertyPostUndefined": ("accept", ("accept", "error"), "5.1"),
    "DeauthenticateProperties": ("keep", ("keep", "clear"), "5"),
    "DeauthenticateTwice": ("ok", ("ok", "error"), "5"),
    "DeauthenticateNames": ("instance", ("instance", "connector"), "5"),
    "DeleteConnectorInUse": ("conflict", ("conflict", "ok"), "5"),
    "CallerAllowListed": (False, (False, True), "5.2"),
    "DeleteAccountWithContent": ("ok", ("ok", "conflict"), "9.4"),
    "InvalidTimezone": ("accept", ("accept", "error", "ignore"), "9.2"),
    "DefaultTimezone": (None, TEXT_OR_NULL, "9.2"),
    "UnknownParent": ("error", ("error", "ignore"), "9.2"),
    "PutParentAccountId": ("ignore", ("ignore", "honour"), "9.3"),
    "AccountIdChange": ("ignore", ("ignore", "honour"), "9.3"),
    "ParentAccountIdReturned": (True, (True, False), "9.1"),
    "SubAccountsInAccountsList": (True, (True, False), "9.1"),
    "SubAccountsSeeParentConnectors": (False, (False, True), "5"),
    "TemplatesInAccountsList": (True, (True, False), "7"),
    "SigninWithoutUsername": ("api_user", ("api_user", "error"), "10"),
    "SigninTokenAlphabet": ("urlsafe", ("urlsafe", "base64"), "10"),
    "SigninTokenSeconds": (300, NUMBER, "10"),
    "LegacyAccountsTokens": (True, (True, False), "10"),
    "LegacyOAuthPath": (True, (True, False), "12"),
    "OAuthLinkForOtherTypes": ("page", ("page", "redirect"), "12"),
    "OAuthDenial": ("page", ("page", "redirect"), "12"),
    "PostMessageTo": ("both", ("both", "opener", "parent"), "12"),
    "RedirectParameters": ("none", ("none", "appended"), "12"),
    "LaunchExistingAccount": ("install", ("install", "skip"), "13"),
    "LaunchExistingConnector": ("update", ("update", "ignore", "duplicate"), "13"),
    "LaunchPartnerConnector": ("accept", ("accept", "ignore"), "13"),
    "LaunchConnectorAuthentications": ("accept", ("accept", "ignore"), "13"),
    "LaunchAuthenticationsShape": ("any", ("any", "array", "object"), "13"),
    "LaunchNameMeans": ("either", ("either", "connector", "instance"), "7"),
    "LaunchUnknownConnector": ("error", ("error", "ignore"), "13"),
    "LaunchInlineOAuth": (False, (False, True), "13"),
    "LaunchNativeFlag": (True, (True, False), "7"),
    "UnknownMarketplace": (400, (400, 404), "13"),
    "LaunchWrongPassword": (401, (401, 400, 403), "13"),
    "TemplateTagCaseSensitive": (True, (True, False), "21.1"),
    "InstallName": ("honour", ("honour", "ignore"), "21.3"),
    "InstallConnector": ("lowest", ("lowest", "newest", "error", "fresh"), "21.3"),
    "InstallUsesParentConnectors": (True, (True, False), "21.3"),
    "InstallUnpublished": ("ok", ("ok", "not_found"), "21.3"),
    "UserConfigurableValues": ("empty", ("empty", "copied"), "21.3"),
    "TemplateExport": ("full", ("full", "name", "not_found"), "21.4"),
    "UpgradeCall": (False, (False, True), "21.5"),
    "CycleSchedule": ("hidden", ("hidden", "shown"), "22.1"),
    "PutCycleName": ("honour", ("honour", "ignore"), "22.2"),
    "PutCycleTags": ("honour", ("honour", "ignore"), "22.2"),
    "DeleteRunningCycle": ("scheduled", ("scheduled", "conflict", "ok"), "22.2"),
    "DeletePausedCycle": ("gone", ("gone", "scheduled"), "22.2"),
    "DeleteScheduledSeconds": (2, NUMBER, "22.2"),
    "DeleteScheduledCycle": ("shown", ("shown", "not_found"), "22.2"),
    "DeleteScheduledAgain": (404, (404, 200), "22.2"),
    "ConflictBody": ("message", ("message", "empty"), "22.3"),
    "MappingWhileRunning": ("conflict", ("conflict", "ok"), "22.3"),
    "StoppedStatus": ("Paused", ("Paused", "Stopped"), "22.4"),
    "StatusWhileFinishing": ("Active", ("Active", "Stopping"), "22.4"),
    "FinishQueuedDefault": (False, (False, True), "22.4"),
    "QueueSeconds": (None, NUMBER_OR_NULL, "22.4"),
    "RunSeconds": (5, NUMBER, "22.4"),
    "RunOutcome": ("success", ("success", "warning", "error"), "28.1"),
    "ActivateUnmet": (400, (400, 409, "ok"), "24"),
    "ActivateUnmetBody": ("message", ("message", "empty"), "24"),
    "ActivateInterval": ("error", ("error", "accept"), "24"),
    "ActivateActive": ("ok", ("ok", "conflict"), "24"),
    "LifecycleBody": ("empty", ("empty", "cycle"), "24"),
    "StepAccountConnector": ("any", ("any", "object", "id", "ignore"), "25.1"),
    "PutPreviousStep": ("honour", ("honour", "ignore"), "25.2"),
    "FieldsForMapping": ("flat", ("flat", "with_step"), "25.2"),
    "InputEcho": ("clear", ("clear", "masked", "null"), "25.2"),
    "VariableValues": ("shown", ("shown", "hidden"), "25.3"),
    "PatchVariableBy": ("either", ("either", "display", "system"), "25.3"),
    "PatchVariableAnswer": ("given", ("given", "all"), "25.3"),
    "VariableSystemName": ("squeezed", ("squeezed", "same"), "25.3"),
    "CustomConnectorBody": ("opaque", ("opaque", "json"), "26"),
    "CustomConnectorDuplicate": ("error", ("error", "update", "second"), "26"),
    "IncidentTime": (False, (False, True), "28.1"),
    "TransactionFields": ("documented", ("documented", "full"), "28.2"),
    "WebhookUrl": ("absent", ("absent", "shown"), "29.1"),
    "RateLimit": (None, RATE_LIMIT, "1.7"),
    "Gzip": (True, (True, False), "1.4"),
}


class UnknownSwitch(ValueError):
    """A switch that does not exist, or a value it does not know."""


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _same(value, allowed):
    return value == allowed and isinstance(value, bool) == isinstance(allowed, bool)


def _fits(value, allowed):
    if allowed == NUMBER:
        return _whole(value)
    if allowed == NUMBER_OR_NULL:
        return value is None or (_whole(value) and value > 0)
    if allowed == TEXT_OR_NULL:
        return value is None or isinstance(value, str)
    if allowed == RATE_LIMIT:
        return value is None or (
            isinstance(value, dict)
            and set(value) == {"Every", "RetryAfter"}
            and all(_whole(number) for number in value.values())
            and value["Every"] > 0
        )
    return any(_same(value, one) for one in allowed)


def check(name, value):
    """Raise UnknownSwitch, naming what would be allowed."""
    if name not in SWITCHES:
        raise UnknownSwitch(f"Unknown switch {name}. Known: {', '.join(sorted(SWITCHES))}.")
    allowed = SWITCHES[name][1]
    # YAML reads a bare `null` as None: for the echo switches both spellings mean the same.
    if value is None and isinstance(allowed, tuple) and "null" in allowed:
        value = "null"
    if not _fits(value, allowed):
        known = allowed if isinstance(allowed, str) else ", ".join(map(str, allowed))
        raise UnknownSwitch(f"Switch {name} does not know {value!r}. Allowed: {known}.")
    return value


class Settings:
    """The switches as attributes, so that a handler reads like the facts."""

    def __init__(self, values=None):
        for name, (default, _allowed, _section) in SWITCHES.items():
            setattr(self, name, deepcopy(default))
        self.merge(values or {})

    def merge(self, values):
        """All or nothing."""
        checked = {name: check(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def as_dict(self):
        return {name: getattr(self, name) for name in SWITCHES}
