"""The tables of PostgreSQL: those that the application expects, made once, whoever asks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geo.base.connexion import BaseIndisponible, shared_base
from geo.base.postgres import check_revision
from geo.base.preparation import list_migrations, prepare_base
from geo.base.schema import REVISION, metadata
from geo.base.trace import count_actes


def test_the_migrations_end_at_the_tables_of_the_application(base_postgres):
    assert list_migrations().get_heads() == [REVISION]
    with base_postgres.read() as connexion:
        assert compare_metadata(MigrationContext.configure(connexion), metadata) == []
        check_revision(connexion)


def test_two_at_once_and_once_more_do_it_once(postgres):
    adresse = postgres.create()
    bases = [shared_base(adresse) for _ in range(2)]
    with pytest.raises(BaseIndisponible, match="python -m geo base preparer"):
        count_actes(bases[0])
    with (
        bases[0].read(tables=False) as connexion,
        pytest.raises(BaseIndisponible, match="base preparer"),
    ):
        check_revision(connexion)
    with ThreadPoolExecutor(2) as fils:
        faits = list(fils.map(prepare_base, bases))
    assert sorted(faits) == [("", REVISION), (REVISION, REVISION)]
    assert count_actes(bases[0]) == 0
    for base in bases:
        base.close()
