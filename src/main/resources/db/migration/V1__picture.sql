-- The applied picture: every entity of the replicated state is one row of one table, with its JSON
-- and the few columns that people filter by. One table rather than fifteen: a commit is then one
-- batched MERGE and one batched DELETE whatever it touches, and loading is one scan. The views below
-- give each kind its own name and its columns their own words.

CREATE TABLE entity (
    kind   VARCHAR(16)  NOT NULL,
    id     VARCHAR(400) NOT NULL,
    scope  VARCHAR(120),  -- what it belongs to: a site, a group, a run
    name   VARCHAR,       -- what people call it
    place  VARCHAR,       -- where it is: a host, a node, a site
    status VARCHAR,       -- how it is
    at     TIMESTAMP(9) WITH TIME ZONE,
    body   VARBINARY    NOT NULL, -- JSON in UTF-8; as text it would be stored at half the speed
    PRIMARY KEY (kind, id)
);

-- One row: how far the picture is. Written in the same transaction as the rows it vouches for.
CREATE TABLE applied (
    one         BOOLEAN     NOT NULL PRIMARY KEY CHECK (one),
    log_index   BIGINT      NOT NULL,
    at          TIMESTAMP(9) WITH TIME ZONE NOT NULL,
    audits      BIGINT      NOT NULL,
    audit_head  VARCHAR(64) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL
);

CREATE TABLE audit (
    number    BIGINT       NOT NULL PRIMARY KEY,
    log_index BIGINT       NOT NULL,
    at        TIMESTAMP(9) WITH TIME ZONE NOT NULL,
    actor     VARCHAR      NOT NULL,
    origin    VARCHAR      NOT NULL,
    action    VARCHAR      NOT NULL,
    subject   VARCHAR      NOT NULL,
    reason    VARCHAR      NOT NULL,
    accepted  BOOLEAN      NOT NULL,
    sentence  VARCHAR      NOT NULL,
    state     VARCHAR(64)  NOT NULL, -- the fingerprint that the command left
    seal      VARCHAR,               -- node, number, head, key, signature
    previous  VARCHAR(64)  NOT NULL,
    hash      VARCHAR(64)  NOT NULL
);

CREATE VIEW node AS
    SELECT id, scope AS site, name AS version, place AS address, status AS role, at AS started_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'NODE';

CREATE VIEW verdict AS
    SELECT scope AS site, status, name AS diagnosis, at AS since, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'VERDICT';

CREATE VIEW sweep AS
    SELECT scope AS site, status, at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'SWEEP';

CREATE VIEW host AS
    SELECT scope AS site, name, status, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'HOST';

CREATE VIEW network AS
    SELECT scope AS site, name, place AS detail, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'NETWORK';

CREATE VIEW store AS
    SELECT scope AS site, name, status, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'STORE';

CREATE VIEW vm AS
    SELECT id, scope AS site, name, place AS host, status AS power, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'VM';

CREATE VIEW runbook AS
    SELECT id, name AS title, scope AS home, place AS recovery, status AS hash,
           at AS published_at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'RUNBOOK';

CREATE VIEW protection_group AS
    SELECT id, scope AS owner, CAST(status AS BIGINT) AS epoch, name AS active_run,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'GROUP';

CREATE VIEW lease AS
    SELECT id, scope AS site, CAST(status AS BIGINT) AS epoch, CAST(name AS BIGINT) AS renewal,
           place AS guards, at AS lapsed_at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'LEASE';

CREATE VIEW stance AS
    SELECT id, status AS kind, at AS taken_at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'STANCE';

CREATE VIEW attestation AS
    SELECT scope AS site, name AS attested_by, place AS confirmed_by, status, at AS attested_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'ATTESTATION';

CREATE VIEW reconciliation AS
    SELECT scope AS site, name AS protection_group, place AS node, status, at AS ordered_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'RECONCILIATION';

CREATE VIEW visit AS
    SELECT id, name AS person, place AS door, status, at AS expires,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'VISIT';

CREATE VIEW lacking AS
    SELECT id AS node, scope AS site, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'LACKING';

CREATE VIEW stop_time AS
    SELECT scope AS site, name AS host, status, at AS told_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'STOP_TIME';

CREATE VIEW call AS
    SELECT id, place AS node, status, at AS called_at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'CALL';

CREATE VIEW fencing AS
    SELECT scope AS site, name AS host, place AS node, status, at AS ordered_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'FENCING';

CREATE VIEW run AS
    SELECT header.id, charter.scope AS protection_group, charter.status AS operation,
           charter.name AS source, charter.place AS target, header.status AS phase,
           charter.at AS started_at, header.at AS ended_at,
           UTF8TOSTRING(charter.body) FORMAT JSON AS charter, UTF8TOSTRING(header.body) FORMAT JSON AS header
    FROM entity header JOIN entity charter ON charter.kind = 'CHARTER' AND charter.id = header.id
    WHERE header.kind = 'RUN';

CREATE VIEW task AS
    SELECT scope AS run, name AS task, status, place AS node, at AS started_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'TASK';

CREATE VIEW journal AS
    SELECT scope AS run, id, at, status AS what, name AS task, place AS actor,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'JOURNAL';

CREATE VIEW request AS
    SELECT id, status, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'REQUEST';

CREATE VIEW person AS
    SELECT id AS name, name AS title, status, at AS valid_from, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'PERSON';

CREATE VIEW token AS
    SELECT id, scope AS owner, name AS note, at AS expires, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'TOKEN';

CREATE VIEW generation AS
    SELECT CAST(status AS INTEGER) AS number, place AS founder, name AS people, at AS founded_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'GENERATION';

CREATE VIEW checkpoint AS
    SELECT CAST(status AS BIGINT) AS number, name AS head, at AS marked_at,
           UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'CHECKPOINT';

CREATE VIEW wish AS
    SELECT id, scope AS wished_by, name AS what, at AS expires, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'WISH';

CREATE VIEW glass AS
    SELECT id, name AS account, status, at AS used_at, UTF8TOSTRING(body) FORMAT JSON AS body
    FROM entity WHERE kind = 'GLASS';
