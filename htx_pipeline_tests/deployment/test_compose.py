"""What the files of ``deploy/`` promise: who is reached from where, and what an image holds."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from htx_pipeline_tests.deployment.compose import (
    DEPLOY,
    Service,
    read_compose,
    read_services,
    variables,
)

SERVICES = read_services()
EACH_SERVICE = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
REPOSITORY = DEPLOY.parent


def test_only_the_proxy_is_reached_from_outside_the_host() -> None:
    published = {
        name: [port for port in service.ports if not port.startswith("127.0.0.1:")]
        for name, service in SERVICES.items()
    }
    assert {name for name, ports in published.items() if ports} == {"proxy"}
    assert published["proxy"] == ["80:80", "443:443"]


def test_the_proxy_shares_a_network_with_the_read_only_webserver_alone() -> None:
    (readers,) = SERVICES["proxy"].networks
    neighbours = {name for name, service in SERVICES.items() if readers in service.networks}
    assert neighbours == {"proxy", "webserver-read-only"}
    assert "--read-only" in SERVICES["webserver-read-only"].command


def test_the_database_and_the_code_are_in_a_network_that_leads_nowhere() -> None:
    networks = read_compose()["networks"]
    for name in ("postgres", "code", "daemon"):
        assert all(networks[network]["internal"] for network in SERVICES[name].networks), name


@EACH_SERVICE
def test_every_service_has_a_healthcheck(service: Service) -> None:
    assert service.health


@EACH_SERVICE
def test_every_service_but_the_database_waits_for_a_healthy_one(service: Service) -> None:
    assert bool(service.waits_for) == (service.name != "postgres")
    assert set(service.waits_for) <= SERVICES.keys()


@EACH_SERVICE
def test_every_image_is_pinned_to_a_major_version_or_built_here(service: Service) -> None:
    _, _, tag = service.image.partition(":")
    built = read_compose()["services"][service.name].get("build")
    assert tag == "local" if built else re.fullmatch(r"\d+", tag), service.image


def test_every_volume_and_network_that_a_service_names_is_declared() -> None:
    told = read_compose()
    for service in SERVICES.values():
        assert set(service.networks) <= told["networks"].keys()
        named = {volume.partition(":")[0] for volume in service.volumes}
        assert {name for name in named if name.isalpha()} <= told["volumes"].keys()


def test_only_the_code_location_has_the_data() -> None:
    holders = [name for name, one in SERVICES.items() if any(":/data" in v for v in one.volumes)]
    assert holders == ["code", "proxy"]  # of the proxy it is where Caddy keeps its certificates
    assert "certificates:/data" in SERVICES["proxy"].volumes
    assert SERVICES["code"].environment["HTX_DATA"] == "/data"


def test_the_example_names_each_variable_that_is_used_and_holds_no_secret() -> None:
    lines = (DEPLOY / ".env.example").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert told.keys() == variables()
    assert {name for name, value in told.items() if not value} == {"HTX_POSTGRES_PASSWORD"}


def test_the_instance_reads_each_variable_from_where_compose_gives_it() -> None:
    text = (DEPLOY / "dagster.yaml").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\{env: (\w+)\}", text))
    assert wanted
    for name in ("code", "daemon", "webserver", "webserver-read-only"):
        assert wanted <= SERVICES[name].environment.keys()


def test_secrets_stay_out_of_git_and_out_of_the_image() -> None:
    ignored = (DEPLOY / ".gitignore").read_text(encoding="utf-8").splitlines()
    secret = Path(read_compose()["secrets"]["readers"]["file"]).name
    assert {".env", secret} <= set(ignored)
    assert not {".env", secret} & {Path(name).name for name in copied()}


def copied() -> list[str]:
    """What the Dockerfile takes from the checkout."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = re.findall(r"^COPY (?!--from)(.+)$", text, flags=re.MULTILINE)
    return [word for line in lines for word in line.split()[:-1]]


@pytest.mark.parametrize("name", copied())
def test_what_the_image_copies_is_there_and_is_sent_to_the_builder(name: str) -> None:
    assert (REPOSITORY / name).exists()
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"!{name}" in ignore
    after = ignore[ignore.index(f"!{name}") + 1 :]
    assert not any(fnmatch(name, line) for line in after if not line.startswith("!"))


def test_the_image_compares_every_package_with_its_hash_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes --requirement requirements.lock" in text
    for install in re.findall(r"pip install .*", text):
        assert "--no-index --find-links /wheels" in install
    assert re.findall(r"^USER (.+)$", text, flags=re.MULTILINE) == ["htx"]
    assert text.rindex("USER htx") > text.rindex("RUN ")
    bases = re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)
    assert set(bases) == {"python:3.11-slim"}


def test_the_image_holds_the_home_that_the_processes_are_told() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    (home,) = re.findall(r"DAGSTER_HOME=(\S+)", text)
    assert f"COPY deploy/dagster.yaml deploy/workspace.yaml {home}/" in text
    assert f"WORKDIR {home}" in text
    assert SERVICES["code"].environment["HTX_COMPUTE_LOGS"] in text
    for name in ("daemon", "webserver", "webserver-read-only"):
        assert SERVICES[name].command[-2:] == ("--workspace", "workspace.yaml")


def test_the_page_on_deployment_names_services_and_commands_that_exist() -> None:
    page = (REPOSITORY / "docs" / "deployment.md").read_text(encoding="utf-8")
    verb = r"compose\.yaml (?:exec|run|restart|logs|stop)(?: -\S+)* "
    named = re.findall(rf"{verb}([a-z-]+)", page)
    assert named
    assert set(named) <= SERVICES.keys()
    for service in SERVICES:
        assert f"`{service}`" in page
    for name in variables():
        assert f"`{name}`" in page


def test_the_workspace_names_the_service_that_serves_the_code() -> None:
    told = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))
    (location,) = told["load_from"]
    server = location["grpc_server"]
    command = SERVICES[server["host"]].command
    assert command[command.index("--port") + 1] == str(server["port"])
    assert command[command.index("--module-name") + 1] == "htx_pipeline.definitions"
