#!/usr/bin/env python
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory from a CSV file: one host for each line, with a variable for each column. The file is customers.csv beside this script, or $CUSTOMERS_CSV.

Everything remains text, also an ID such as 00042, and nothing is taken for a template.
"""

import csv
import json
import os
import re
import sys

VARIABLES = {"account_id": "onboard_account_id", "name": "onboard_account_name", "timezone": "onboard_account_timezone"}


def hosts(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            account_id = (line.get("account_id") or "").strip()
            if not account_id or None in line:
                sys.exit("%s, line %d: account_id is empty, or there are more columns than headings" % (path, number))
            # Ansible builds paths from names of hosts.
            host = re.sub(r"[^A-Za-z0-9_-]", "-", account_id)
            yield host, {VARIABLES.get(name, name): {"__ansible_unsafe": value.strip()} for name, value in line.items() if value and value.strip()}


def main():
    found = {}
    for host, variables in hosts(os.environ.get("CUSTOMERS_CSV") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "customers.csv")):
        if host in found:
            sys.exit("Two lines have the account_id %s, or similar ones" % host)
        found[host] = variables
    print(json.dumps({"all": {"hosts": list(found)}, "_meta": {"hostvars": found}}))


if __name__ == "__main__":
    main()
