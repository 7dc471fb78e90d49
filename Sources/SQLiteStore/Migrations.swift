import GRDB

extension SQLiteStorage {
    /// The migrations that create the tables. One that was released is never changed, and each only adds: a server of
    /// an older build may be running while `parley keys` of this one opens its database.
    ///
    /// So `conversations.recording` stays, which nothing uses any more: recordings are found by the conversation's id.
    enum Migrations {
        static var migrator: DatabaseMigrator {
            var migrator = DatabaseMigrator()
            migrator.registerMigration("v1") { database in
                try database.execute(sql: version1)
            }
            migrator.registerMigration("v2") { database in
                try database.execute(sql: version2)
            }
            migrator.registerMigration("v3") { database in
                try database.execute(sql: version3)
            }
            migrator.registerMigration("v4") { database in
                try database.execute(sql: version4)
            }
            migrator.registerMigration("v5") { database in
                try database.execute(sql: version5)
            }
            return migrator
        }

        private static let version5 = """
            -- The files that callers have sent.
            CREATE TABLE files (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                mime_type TEXT NOT NULL,
                size INTEGER NOT NULL,
                -- What a model can be shown, as JSON.
                content TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                -- Whether a message has named it.
                is_used INTEGER NOT NULL DEFAULT 0,
                -- Last, so that the rest is read without it.
                bytes BLOB NOT NULL
            );
            CREATE INDEX files_by_conversation ON files (conversation_id);
            """

        private static let version4 = """
            CREATE TABLE resources (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL,
                id TEXT NOT NULL,
                name TEXT NOT NULL,
                type TEXT NOT NULL,
                body TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                UNIQUE (kind, id)
            );
            CREATE INDEX resources_by_creation ON resources (kind, created_at, sequence);
            CREATE INDEX resources_by_name ON resources (kind, name COLLATE NOCASE, sequence);

            -- The runs of stored tools, whose details stand in the turns.
            CREATE TABLE tool_executions (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                request_id TEXT NOT NULL,
                position INTEGER NOT NULL,
                tool_id TEXT NOT NULL,
                agent_id TEXT NOT NULL,
                -- Unix time in milliseconds.
                time INTEGER NOT NULL,
                latency REAL NOT NULL,
                is_error INTEGER NOT NULL,
                UNIQUE (conversation_id, request_id)
            );
            CREATE INDEX tool_executions_by_tool ON tool_executions (tool_id, time, sequence);

            -- Sums over tool_executions, so that asking for them costs the same however many there are.
            CREATE TABLE tool_usage (
                tool_id TEXT PRIMARY KEY,
                calls INTEGER NOT NULL,
                latency REAL NOT NULL
            );
            CREATE TRIGGER tool_execution_added AFTER INSERT ON tool_executions BEGIN
                INSERT INTO tool_usage (tool_id, calls, latency) VALUES (new.tool_id, 1, new.latency)
                    ON CONFLICT (tool_id) DO UPDATE SET calls = calls + 1, latency = latency + new.latency;
            END;
            CREATE TRIGGER tool_execution_changed AFTER UPDATE OF latency ON tool_executions BEGIN
                UPDATE tool_usage SET latency = latency - old.latency + new.latency WHERE tool_id = new.tool_id;
            END;
            CREATE TRIGGER tool_execution_removed AFTER DELETE ON tool_executions BEGIN
                UPDATE tool_usage SET calls = calls - 1, latency = latency - old.latency WHERE tool_id = old.tool_id;
            END;
            """

        private static let version3 = """
            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                kind TEXT NOT NULL,
                payload TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                -- While an entry is leased, the end of the lease.
                due_at INTEGER NOT NULL
            );
            CREATE INDEX outbox_by_due ON outbox (due_at, sequence);
            CREATE INDEX outbox_by_conversation ON outbox (conversation_id);
            """

        private static let version2 = """
            CREATE TABLE voice_settings (
                voice_id TEXT PRIMARY KEY,
                settings TEXT NOT NULL
            );
            """

        private static let version1 = """
            CREATE TABLE agents (
                -- Orders agents that were made in the same second.
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                tags TEXT NOT NULL,
                conversation_config TEXT NOT NULL,
                platform_settings TEXT NOT NULL,
                workflow TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                archived INTEGER NOT NULL
            );
            CREATE INDEX agents_by_creation ON agents (created_at, sequence);

            -- Without a foreign key to agents: a record outlives its agent.
            CREATE TABLE conversations (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                agent_id TEXT NOT NULL,
                agent_name TEXT NOT NULL,
                status TEXT NOT NULL,
                start_time INTEGER NOT NULL,
                duration REAL NOT NULL DEFAULT 0,
                authorization TEXT NOT NULL,
                sample_rate INTEGER NOT NULL,
                termination_reason TEXT NOT NULL DEFAULT '',
                failure_code INTEGER,
                failure_reason TEXT,
                initiation TEXT,
                user_id TEXT,
                source TEXT,
                source_version TEXT,
                language TEXT,
                timezone TEXT,
                text_only INTEGER NOT NULL DEFAULT 0,
                recording TEXT,
                has_user_audio INTEGER NOT NULL DEFAULT 0,
                has_response_audio INTEGER NOT NULL DEFAULT 0,
                warnings TEXT NOT NULL DEFAULT '[]',
                metadata TEXT NOT NULL DEFAULT '{}',
                analysis TEXT,
                feedback_score TEXT,
                feedback_rating INTEGER,
                feedback_comment TEXT
            );
            CREATE INDEX conversations_by_start ON conversations (start_time, sequence);
            CREATE INDEX conversations_by_agent ON conversations (agent_id, start_time);
            CREATE INDEX conversations_by_status ON conversations (status);

            CREATE TABLE turns (
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                time REAL NOT NULL,
                message TEXT,
                -- A JSON list, for filters.
                tool_names TEXT NOT NULL,
                turn TEXT NOT NULL,
                PRIMARY KEY (conversation_id, position)
            ) WITHOUT ROWID;

            CREATE TABLE events (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                time INTEGER NOT NULL,
                kind TEXT NOT NULL,
                detail TEXT NOT NULL
            );
            CREATE INDEX events_by_conversation ON events (conversation_id, sequence);

            CREATE TABLE keys (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                prefix TEXT NOT NULL,
                hash BLOB NOT NULL UNIQUE,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER
            );
            CREATE INDEX keys_by_prefix ON keys (prefix);

            CREATE TABLE secrets (
                name TEXT PRIMARY KEY,
                value BLOB NOT NULL
            );

            -- Single-use signatures that were used, until they expire.
            CREATE TABLE used_signatures (
                id TEXT PRIMARY KEY,
                expires_at INTEGER NOT NULL
            );
            """
    }
}
