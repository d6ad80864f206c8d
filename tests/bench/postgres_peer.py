"""What PostgreSQL needs to look for the same children on a roll of the same size: by a b-tree of exact
names and birth date, and by pg_trgm for names that are misheard. Timed inside the server, so that no
round trip counts.

  lookups(pupils, queries) -> {"exact": (p50, p99), "trigrams": (p50, p99)} in milliseconds
"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/support"))
from postgres import postgres  # noqa: E402

TRIGRAMS_ASKED = 300  # each takes a tenth of a second

TABLES = """
create extension pg_trgm;
create unlogged table pupils (urn text, local_id text, given text, family text, born date, upn text,
  preferred text, former text, address text, postcode text);
create unlogged table asked (id text, given text, family text, born date, age text, address text,
  postcode text, school text, upn text);
"""

INDEXES = """
create index exact on pupils (lower(family), lower(given), born);
create index alike on pupils using gin ((lower(given) || ' ' || lower(family)) gin_trgm_ops);
vacuum analyze pupils;
create function took(which text, most int) returns setof double precision language plpgsql as $$
declare q record; one record; began timestamptz;
begin
  for q in select * from asked where born is not null limit most loop
    began := clock_timestamp();
    if which = 'exact' then
      for one in select urn, local_id from pupils where lower(family) = lower(q.family)
          and lower(given) = lower(q.given) and born = q.born loop end loop;
    else
      for one in select urn, local_id from pupils
          where (lower(given) || ' ' || lower(family)) % (lower(q.given) || ' ' || lower(q.family))
          order by similarity(lower(given) || ' ' || lower(family),
                              lower(q.given) || ' ' || lower(q.family)) desc limit 5 loop end loop;
    end if;
    return next extract(epoch from clock_timestamp() - began) * 1000;
  end loop;
end $$;
"""


def percentiles(psql, which, most):
    # The first pass warms.
    psql(f"select count(*) from took('{which}', {most});\n")
    answer = psql("select percentile_cont(0.5) within group (order by t), "
                  f"percentile_cont(0.99) within group (order by t) from took('{which}', {most}) t;\n")
    p50, p99 = answer.split()
    return float(p50), float(p99)


def lookups(pupils, queries):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / "build/bin/firstbell-admin", "demo-roll", f"{folder}/county", "--pupils",
                        str(pupils), "--queries", str(queries)], check=True, stdout=subprocess.DEVNULL)
        with postgres() as psql:
            psql(TABLES)
            for table, file in (("pupils", "roll"), ("asked", "queries")):
                rows = pathlib.Path(f"{folder}/county/{file}.csv").read_text(encoding="utf-8")
                psql(f"copy {table} from stdin with (format csv, header);\n{rows}\\.\n")
            psql(INDEXES)
            return {"exact": percentiles(psql, "exact", queries),
                    "trigrams": percentiles(psql, "trigrams", min(queries, TRIGRAMS_ASKED))}
