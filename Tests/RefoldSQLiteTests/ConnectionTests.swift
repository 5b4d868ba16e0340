import Foundation
import RefoldBytes
import RefoldSQLite
import Testing

@Suite struct ConnectionTests {
    @Test func `a file to look at is read without a right to write, also after a write that was cut off`()
        throws
    {
        try withTemporaryFolder { folder in
            let path = folder + "/a.db"
            let copy = folder + "/b.db"
            let writer = try Connection(path: path, mode: .create)
            try writer.execute("CREATE TABLE t(x); INSERT INTO t VALUES (1)")
            try writer.execute("PRAGMA cache_size=1; BEGIN")
            try writer.execute("UPDATE t SET x = 2")
            // What lies there now is what a kill would leave: pages written, and the journal that undoes them.
            try writer.execute(
                "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT zeroblob(500) FROM n"
            )
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            try FileManager.default.copyItem(atPath: path + "-journal", toPath: copy + "-journal")
            try writer.execute("ROLLBACK")
            let reader = try Connection.toLookAt(path: copy)
            #expect(try reader.integer("SELECT x FROM t") == 1)
            #expect(throws: SQLiteError.self) { try reader.execute("DELETE FROM t") }
        }
    }

    @Test func `a value of each kind comes back as it was bound`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.execute("CREATE TABLE t(a, b, c, d, e, f)")
            let text = ByteString(copying: [0x61, 0xcc, 0x81, 0x00, 0x62])
            try connection.run(
                "INSERT INTO t VALUES(?,?,?,?,?,?)",
                .integer(.max),
                .real(1.5),
                .text(text),
                .blob([0, 255]),
                .null,
                .string("")
            )
            try connection.withStatement("SELECT a, b, c, d, e, f FROM t") { statement throws(SQLiteError) in
                #expect(try statement.step())
                #expect(statement.integer(0) == .max)
                #expect(statement.real(1) == 1.5)
                #expect(statement.bytes(2) == text)
                #expect(statement.withBytes(3) { $0.byteCount } == 2)
                #expect(statement.isNull(4))
                #expect(statement.string(4) == nil)
                #expect(statement.string(5) == "")
                #expect(statement.isNull(17), "a column that is not there reads as NULL")
                #expect(try !statement.step())
            }
        }
    }

    @Test func `a statement inside itself is another one and comes back empty`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            let sql = "SELECT ?"
            try connection.withStatement(sql) { outer throws(SQLiteError) in
                try outer.bind([.integer(1)])
                _ = try outer.step()
                #expect(try connection.integer(sql, .integer(2)) == 2)
                #expect(outer.integer(0) == 1)
            }
            try connection.withStatement(sql) { statement throws(SQLiteError) in
                _ = try statement.step()
                #expect(statement.isNull(0), "the value of the last use is forgotten")
            }
        }
    }

    @Test func `a wrong number of values is refused`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            let error = #expect(throws: SQLiteError.self) { try connection.integer("SELECT ?", .null, .null) }
            #expect(error?.reason == .statement)
        }
    }

    @Test func `a row's texts are taken from the bytes that are lent`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.execute("CREATE TABLE t(a TEXT, b TEXT, c INTEGER)")
            let bytes = Array("hello world".utf8)
            try connection.withStatement("INSERT INTO t VALUES(?,?,?)") { insert throws(SQLiteError) in
                try insert.run(
                    [.text(offset: 6, count: 5), .ownText([0x78]), .integer(3)],
                    over: bytes.span.bytes
                )
                try insert.run([.text(offset: 11, count: 0), .null, .null], over: bytes.span.bytes)
                for (offset, count) in [(6, 6), (-1, 2), (12, 0), (0, .max), (.max, .max)] {
                    let error = #expect(throws: SQLiteError.self) {
                        try insert.run(
                            [.text(offset: offset, count: count), .null, .null],
                            over: bytes.span.bytes
                        )
                    }
                    #expect(error?.reason == .statement)
                }
            }
            #expect(
                try connection.integer("SELECT count(*) FROM t WHERE a = 'world' AND b = 'x' AND c = 3") == 1
            )
            #expect(try connection.integer("SELECT count(*) FROM t WHERE a = '' AND b IS NULL") == 1)
            #expect(try connection.integer("SELECT count(*) FROM t") == 2)
        }
    }

    @Test func `a transaction that throws leaves nothing`() throws {
        struct Stop: Error {}
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.execute("CREATE TABLE t(a)")
            #expect(throws: Stop.self) {
                try connection.transaction(translating: { $0 as any Error }) {
                    try connection.run("INSERT INTO t VALUES(1)")
                    throw Stop()
                }
            }
            #expect(!connection.isInTransaction)
            try connection.transaction { () throws(SQLiteError) in
                try connection.run("INSERT INTO t VALUES(2)")
            }
            #expect(try connection.integer("SELECT sum(a) FROM t") == 2)
        }
    }

    @Test func `a second writer waits and is then refused as busy`() throws {
        try withTemporaryFolder { folder in
            let first = try Connection(path: folder + "/a.db", mode: .create)
            let second = try Connection(path: folder + "/a.db", mode: .readWrite, busyMilliseconds: 1)
            try first.transaction { () throws(SQLiteError) in
                let error = #expect(throws: SQLiteError.self) {
                    try second.transaction { () throws(SQLiteError) in }
                }
                #expect(error?.reason == .busy)
                #expect(error?.kind == .locked)
            }
        }
    }

    @Test func `settings are those that survive a crash`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.withStatement("PRAGMA journal_mode") { statement throws(SQLiteError) in
                _ = try statement.step()
                #expect(statement.string(0) == "delete")
            }
            #expect(try connection.integer("PRAGMA synchronous") == 2)
        }
    }

    @Test func `a closed connection refuses work`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.close()
            #expect(throws: SQLiteError.self) { try connection.execute("SELECT 1") }
            #expect(throws: SQLiteError.self) { try connection.integer("SELECT 1") }
            try connection.close()
        }
    }
}

@Suite struct SQLiteErrorTests {
    @Test func `a file that is no database is damaged`() throws {
        try withTemporaryFolder { folder in
            try Data(repeating: 0x41, count: 5_000).write(to: URL(fileURLWithPath: folder + "/a.db"))
            let error = #expect(throws: SQLiteError.self) {
                try Connection(path: folder + "/a.db", mode: .readWrite)
            }
            #expect(error?.reason == .damaged)
            #expect(error?.place == folder + "/a.db")
        }
    }

    @Test func `a missing folder cannot be opened`() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: SQLiteError.self) {
                try Connection(path: folder + "/no/a.db", mode: .create)
            }
            #expect(error?.reason == .cannotOpen)
        }
    }

    @Test func `a folder that may not be written is not permitted`() throws {
        try withClosedFolder { folder in
            let error = #expect(throws: SQLiteError.self) {
                try Connection(path: folder + "/refold-test.db", mode: .create)
            }
            #expect(error?.reason == .notPermitted)
        }
    }

    @Test func `writing through a read-only connection is not permitted`() throws {
        try withTemporaryFolder { folder in
            try Connection(path: folder + "/a.db", mode: .create).execute("CREATE TABLE t(a)")
            let reader = try Connection(path: folder + "/a.db", mode: .readOnly)
            let error = #expect(throws: SQLiteError.self) { try reader.run("INSERT INTO t VALUES(1)") }
            #expect(error?.reason == .notPermitted)
        }
    }

    @Test func `a full database says so and its transaction is gone`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.execute("CREATE TABLE t(a)")
            try connection.execute("PRAGMA max_page_count=4")
            let error = #expect(throws: SQLiteError.self) {
                try connection.transaction { () throws(SQLiteError) in
                    try connection.run(
                        "INSERT INTO t VALUES(?)",
                        .blob([UInt8](repeating: 1, count: 100_000))
                    )
                }
            }
            #expect(error?.reason == .full)
            #expect(error?.kind == .localExhausted)
            #expect(!connection.isInTransaction)
            #expect(try connection.integer("SELECT count(*) FROM t") == 0)
        }
    }

    @Test func `a constraint names its column and not the value`() throws {
        try withTemporaryFolder { folder in
            let connection = try Connection(path: folder + "/a.db", mode: .create)
            try connection.execute("CREATE TABLE t(a UNIQUE)")
            try connection.run("INSERT INTO t VALUES(?)", .string("secret"))
            let error = #expect(throws: SQLiteError.self) {
                try connection.run("INSERT INTO t VALUES(?)", .string("secret"))
            }
            #expect(error?.reason == .constraint)
            #expect(error?.cause?.contains("t.a") == true)
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test(arguments: SQLiteError.Code.allCases)
    func `each code is a word of this module`(code: SQLiteError.Code) {
        #expect(code.rawValue.hasPrefix("sqlite."))
    }
}
