import RefoldBytes
import RefoldSQLite

extension EmbeddedTarget {
    /// Makes the table of an index, or finds it again for the same run.
    package func create(_ specification: IndexSpecification) throws(IndexError) -> IndexIdentity {
        let name = specification.name
        if let fault = EmbeddedTarget.fault(of: name) {
            throw IndexError(
                .refused,
                "'\(name)' cannot be the name of an index: \(fault)",
                place: name,
                fix: "choose another alias in the read model"
            )
        }
        let mapping = try MappingCompiler.compile(
            mappings: specification.mappings,
            settings: specification.settings
        )
        let layout = TableLayout(name: name, mapping: mapping)
        let uuid = IndexIdentity.freshUUID()
        let identity = try transaction { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            if let entry = try catalogue.entry(name) {
                guard entry.mark?.run == specification.mark.run else {
                    throw IndexError(
                        .exists,
                        "index '\(name)' belongs to another run",
                        place: name,
                        cause: entry.mark.map { "run \($0.run) made it" },
                        fix: "start over with --fresh: the new run makes an index of another name"
                    )
                }
                return entry.identity
            }
            for own in layout.ownNames {
                if let object = try catalogue.objects("name = ? COLLATE NOCASE", [.string(own)]).first {
                    throw IndexError(
                        .exists,
                        "the \(object.type) '\(object.name)' stands where index '\(name)' would be",
                        place: name,
                        fix: "rename it, or name another file"
                    )
                }
            }
            try translated { () throws(SQLiteError) in
                try catalogue.makeTables()
                // A row without its table is what is left when someone dropped the table.
                try connection.run("DELETE FROM \"_refold_indices\" WHERE \"name\" = ?", .string(name))
                try connection.execute(layout.create)
                try connection.run(
                    """
                    INSERT INTO "_refold_indices"("name", "uuid", "state", "mark", "settings", "mappings")
                    VALUES(?, ?, 'loading', ?, ?, ?)
                    """,
                    .string(name),
                    .string(uuid),
                    .text(specification.mark.json.canonical),
                    .text(JSONValue.object(specification.settings).canonical),
                    .text(JSONValue.object(specification.mappings).canonical)
                )
            }
            return IndexIdentity(name: name, uuid: uuid)
        }
        if identity.uuid == uuid {
            layouts[uuid] = layout
            appended[uuid] = []
        }
        return identity
    }

    /// Why a text cannot name an index or an alias here; nil: it can.
    static func fault(of name: String) -> String? {
        if let fault = IndexNaming.fault(of: name) { return fault }
        return name.utf8.starts(with: "sqlite_".utf8)
            ? "SQLite keeps names that begin with 'sqlite_' to itself" : nil
    }

    /// Deletes an index with all that belongs to it, and the aliases over it, as the engines do.
    package func delete(_ index: IndexIdentity) throws(IndexError) {
        guard try openedToRead() != nil else { return }
        layouts[index.uuid] = nil
        appended[index.uuid] = nil
        try transaction { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            guard try catalogue.entry(index.name) != nil else { return }
            let entry = try catalogue.required(index)
            let layout = try EmbeddedTarget.layout(of: entry)
            let aliases = try catalogue.aliases().filter { $0.index == index.name }
            try translated { () throws(SQLiteError) in
                for (alias, _) in aliases { try connection.execute("DROP VIEW \(TableLayout.quoted(alias))") }
                for statement in layout.drop { try connection.execute(statement) }
                try connection.run(
                    "DELETE FROM \"_refold_tombstones\" WHERE \"uuid\" = ?",
                    .string(index.uuid)
                )
                try connection.run("DELETE FROM \"_refold_indices\" WHERE \"uuid\" = ?", .string(index.uuid))
            }
        }
    }

    /// Replaces the mark of an index.
    package func setMark(_ mark: IndexMark, of index: IndexIdentity) throws(IndexError) {
        guard try openedToRead() != nil else { throw missing(index) }
        try transaction { (connection) throws(IndexError) in
            _ = try Catalogue(connection: connection).required(index)
            try translated { () throws(SQLiteError) in
                try connection.run(
                    "UPDATE \"_refold_indices\" SET \"mark\" = ? WHERE \"uuid\" = ?",
                    .text(mark.json.canonical),
                    .string(index.uuid)
                )
            }
        }
    }

    /// The layout of an index that must be there, read once.
    func layout(of index: IndexIdentity) throws(IndexError) -> TableLayout {
        if let known = layouts[index.uuid] { return known }
        let read = try reading { (connection) throws(IndexError) in
            try EmbeddedTarget.layout(of: try Catalogue(connection: connection).required(index))
        }
        guard let read else { throw missing(index) }
        layouts[index.uuid] = read
        return read
    }

    static func layout(of entry: Catalogue.Entry) throws(IndexError) -> TableLayout {
        TableLayout(
            name: entry.identity.name,
            mapping: try MappingCompiler.compile(mappings: entry.mappings, settings: entry.settings)
        )
    }

    /// The error of an index in a file that is not there.
    func missing(_ index: IndexIdentity) -> IndexError {
        .gone(index.name, cause: "the file \(path) does not exist")
    }
}

extension IndexIdentity {
    /// A UUID for an index of a target that has none of its own: 128 random bits, hexadecimal.
    static func freshUUID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
