"""The kinds of integration customers make tokens for: what each is called, what it may do, and how it calls."""

from __future__ import annotations

from dataclasses import dataclass, replace

from store.demo import rhythms
from store.demo.rhythms import Rhythm


@dataclass(frozen=True, slots=True)
class Kind:
    """An integration as customers name it, with its program, its scopes (a space between), its endpoints and its rhythm.

    `also` are other names it goes by.
    """

    name: str
    agent: str
    scopes: str
    paths: tuple[str, ...]
    rhythm: Rhythm
    environment: str = "live"
    rationale: str = ""
    also: tuple[str, ...] = ()


NETSUITE = Kind("billing sync for NetSuite", "netsuite-sync/2.1", "invoices.read orders.read orders.write",
                ("GET /v1/orders", "GET /v1/invoices", "PUT /v1/orders/{id}"), rhythms.EVERY_MINUTE)  # fmt: skip
DEPLOY = Kind("CI deploy bot", "deploy-bot/3.4 (ci)", "products.write settings.manage webhooks.manage",
              ("PUT /v1/settings/release", "POST /v1/webhooks", "GET /v1/products"), rhythms.PIPELINE,
              rationale="Deploys change the account's configuration; no smaller scope covers it yet.")  # fmt: skip
ZAPIER = Kind("Zapier integration", "Zapier", "customers.read orders.read orders.write",
              ("GET /v1/orders", "POST /v1/orders", "GET /v1/customers"), rhythms.QUARTER_HOURLY)  # fmt: skip
REPORTING = Kind("Reporting dashboard", "report-board/1.9", "reports.read",
                 ("GET /v1/reports/sales", "GET /v1/reports/stock", "GET /v1/reports/returns"), rhythms.DASHBOARD)  # fmt: skip
SHOPIFY = Kind("Shopify bridge", "shop-bridge/5.2", "customers.read orders.write products.write",
               ("POST /v1/orders", "PATCH /v1/products/{id}", "GET /v1/customers"), rhythms.SHOP)  # fmt: skip
EXPORT = Kind("nightly export", "curl/8.5.0", "orders.read customers.read",
              ("GET /v1/orders", "GET /v1/customers"), rhythms.NIGHTLY)  # fmt: skip
SCANNER = Kind("warehouse scanner app", "scanner-app/7.1 (android)", "orders.write products.read",
               ("GET /v1/products/{id}", "PATCH /v1/orders/{id}"), rhythms.SCANNERS)  # fmt: skip
TERRAFORM = Kind("Terraform", "terraform-provider/0.14", "settings.manage users.manage",
                 ("GET /v1/settings", "PUT /v1/settings/{id}", "GET /v1/users"), rhythms.PIPELINE,
                 rationale="Accounts are set up from code; reviewed each quarter by the platform team.")  # fmt: skip
LAKE = Kind("data lake export", "lake-loader/2.0", "customers.read invoices.read orders.read",
            ("GET /v1/orders", "GET /v1/invoices", "GET /v1/customers"), rhythms.HOURLY)  # fmt: skip
MOBILE = Kind("mobile beta", "mobile/0.9.3 (ios)", "customers.read orders.read orders.write",
              ("GET /v1/orders", "POST /v1/orders", "GET /v1/customers/{id}"), rhythms.SHOP, "test")  # fmt: skip
MORNING_REPORT = Kind("morning report", "python-requests/2.32", "reports.read",
                      ("GET /v1/reports/sales",), rhythms.MORNING)  # fmt: skip
STATEMENTS = Kind("monthly statements", "statements/1.0", "billing.export invoices.read",
                  ("GET /v1/billing/export", "GET /v1/invoices"), rhythms.MONTHLY)  # fmt: skip

KINDS = (
    replace(NETSUITE, also=("NetSuite orders", "ERP sync", "invoice sync")), DEPLOY,
    replace(ZAPIER, also=("Zapier", "order rows to Sheets", "zap: new customers")),
    REPORTING, SHOPIFY, EXPORT, SCANNER, TERRAFORM, LAKE, MOBILE, MORNING_REPORT, STATEMENTS,
    Kind("Slack order alerts", "order-alerts/1.2", "orders.read", ("GET /v1/orders",), rhythms.QUARTER_HOURLY),
    Kind("price feed", "feed-builder/4.0", "products.read", ("GET /v1/products",), rhythms.HOURLY),
    Kind("stock updates from SAP", "sap-cpi/6.3", "products.write", ("PATCH /v1/products/{id}",), rhythms.HALF_HOURLY),
    Kind("refund desk", "refund-desk/2.2", "orders.read refunds.create", ("POST /v1/refunds", "GET /v1/orders/{id}"),
         rhythms.Rhythm(rhythms.DASHBOARD.every * 6, 1.0, curve=rhythms.OFFICE, weekend=0.0)),
    Kind("courier labels", "label-printer/3.3", "orders.read orders.write", ("GET /v1/orders/{id}", "PATCH /v1/orders/{id}"),
         rhythms.SCANNERS),
    Kind("invoice mailer", "mailer/1.4", "invoices.read invoices.send", ("GET /v1/invoices", "POST /v1/invoices/{id}/send"),
         rhythms.MORNING),
    Kind("webhook test", "PostmanRuntime/7.43", "webhooks.manage", ("POST /v1/webhooks", "DELETE /v1/webhooks/{id}"),
         rhythms.BURSTS, "test"),
    Kind("load test", "k6/0.54", "orders.read orders.write", ("GET /v1/orders", "POST /v1/orders"), rhythms.BURSTS, "test"),
    Kind("weekly stock count", "stock-count/1.1", "products.read", ("GET /v1/products",), rhythms.WEEKLY),
    Kind("customer sync for HubSpot", "crm-sync/2.8", "customers.read customers.write",
         ("GET /v1/customers", "PUT /v1/customers/{id}"), rhythms.HALF_HOURLY),
    Kind("fraud screening", "screening/5.0", "customers.read orders.read", ("GET /v1/orders/{id}", "GET /v1/customers/{id}"),
         rhythms.SHOP),
    Kind("tax filing", "tax-filer/2025.4", "billing.export reports.read", ("GET /v1/billing/export", "GET /v1/reports/tax"),
         rhythms.MONTHLY),
    Kind("Power BI", "Mashup/2.1 (power-bi)", "reports.read", ("GET /v1/reports/sales",), rhythms.MORNING),
    Kind("store locator", "locator-web/1.7", "products.read", ("GET /v1/products",), rhythms.HOURLY),
    Kind("loyalty app", "loyalty/2.6 (kotlin)", "customers.read customers.write", ("GET /v1/customers/{id}",), rhythms.SHOP),
    Kind("checkout service", "checkout/12.4 (go)", "orders.write products.read", ("POST /v1/orders", "GET /v1/products/{id}"),
         rhythms.CHECKOUT, also=("basket service", "web shop", "kiosk")),
    Kind("order event relay", "relay/3.0 (rust)", "orders.read webhooks.manage", ("GET /v1/orders", "POST /v1/webhooks"),
         rhythms.RELAY, also=("event bus bridge", "Kafka connector")),
    Kind("support desk widget", "desk-widget/2.3", "customers.read orders.read", ("GET /v1/customers/{id}", "GET /v1/orders"),
         rhythms.DASHBOARD, also=("help centre", "call centre screen")),
    Kind("product search index", "indexer/1.15", "products.read", ("GET /v1/products",), rhythms.QUARTER_HOURLY,
         also=("search", "catalogue mirror")),
    Kind("Airflow", "airflow/2.10", "invoices.read orders.read reports.read", ("GET /v1/reports/sales", "GET /v1/invoices"),
         rhythms.HOURLY, also=("dbt loads", "Snowflake load", "BigQuery load")),
    Kind("partner portal", "portal/6.1", "orders.read products.read", ("GET /v1/orders", "GET /v1/products"), rhythms.DASHBOARD,
         also=("dealer portal", "wholesale portal")),
    Kind("monitoring probe", "uptime-probe/1.0", "products.read", ("GET /v1/products",), Rhythm(rhythms.DASHBOARD.every, 1.0),
         also=("status page", "synthetic check")),
    Kind("staging smoke test", "pytest/8.3", "orders.read products.read", ("GET /v1/orders", "GET /v1/products"),
         rhythms.HOURLY, "test"),
)  # fmt: skip

PLACES = ("", "", "", "", " EU", " US", " (old)", " v2", " 2", " – Oslo", " – warehouse 3", " – Lyon", " backup", " 3")
"""What customers add to a name when they make a second one."""
