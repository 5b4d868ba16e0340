package import RefoldBytes
package import RefoldModel

/// The segments of one archive, in order.
package struct Archive: Sendable {
    /// The folder or catalog that was asked for.
    package let location: String
    /// The catalog, when the folder has one.
    package let catalog: Catalog?
    /// The segments by the bytes of their names.
    package let segments: [Segment]
    /// Names of segments in the folder that the catalog does not list, read or not.
    package let unlisted: [String]
    /// The digest of all names and identities in order.
    package let digest: Digest

    /// Lists an archive: what its catalog lists, else every segment below the folder (FOLD R1).
    ///
    /// The location is a folder or a catalog file. With `.refuse`, unlisted segments throw; a caller that only
    /// lists asks with `.ignore` and looks at ``unlisted``.
    package static func open(
        at location: String,
        unlisted policy: ArchiveReference.Unlisted = .refuse
    ) throws(ArchiveError) -> Archive {
        let isCatalog = location.utf8.elementsEnd(with: ".json")
        let folder = try Folder(isCatalog ? Self.parent(of: location) : location)
        let catalogName = isCatalog ? Self.lastName(of: location) : Catalog.fileName
        let catalog = try Catalog(in: folder, named: catalogName)
        if isCatalog, catalog == nil {
            throw .absent(location)
        }
        let present = try folder.segmentNames()
        let listed = Set((catalog?.segments ?? []).map { ByteString($0.path) })
        let unlisted =
            catalog == nil ? [] : present.filter { !listed.contains(ByteString($0)) }.sorted(by: Self.byBytes)
        if policy == .refuse, !unlisted.isEmpty { throw .unlisted(unlisted, at: location) }
        var entries = catalog?.segments ?? present.map { CatalogEntry(path: $0) }
        if policy == .read { entries += unlisted.map { CatalogEntry(path: $0) } }
        guard !entries.isEmpty else { throw .empty(location, hasCatalog: catalog != nil) }
        entries.sort { Self.byBytes($0.path, $1.path) }
        return Archive(
            location: location,
            catalog: catalog,
            segments: try Self.segments(entries, listed: listed, in: folder),
            unlisted: unlisted
        )
    }

    private init(location: String, catalog: Catalog?, segments: [Segment], unlisted: [String]) {
        self.location = location
        self.catalog = catalog
        self.segments = segments
        self.unlisted = unlisted
        digest = Self.digest(of: segments)
    }

    private static func segments(
        _ entries: [CatalogEntry],
        listed: Set<ByteString>,
        in folder: Folder
    ) throws(ArchiveError) -> [Segment] {
        var segments: [Segment] = []
        var missing: [String] = []
        for entry in entries {
            guard let path = try folder.file(entry.path) else {
                missing.append(entry.path)
                continue
            }
            let isListed = listed.contains(ByteString(entry.path))
            segments.append(
                try Segment(
                    name: entry.path,
                    path: path,
                    index: segments.count,
                    entry: isListed ? entry : nil
                )
            )
        }
        guard missing.isEmpty else { throw .missing(missing) }
        return segments
    }

    private static func byBytes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func lastName(of path: String) -> String {
        path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func parent(of path: String) -> String {
        let parent = path.utf8.dropLast(lastName(of: path).utf8.count)
        return parent.isEmpty ? "." : String(decoding: parent, as: UTF8.self)
    }
}

extension Catalog {
    /// No catalog is longer.
    private static let longest = 256 << 20

    /// Reads the catalog of a folder; nil when there is none.
    fileprivate init?(in folder: Folder, named name: String) throws(ArchiveError) {
        guard let path = try folder.file(name) else { return nil }
        let file = try SegmentFile(path: path, name: name)
        guard file.facts.bytes <= Int64(Self.longest) else {
            throw ArchiveError(
                .catalog,
                "\(name) is longer than any catalog",
                place: "\(grouped(file.facts.bytes)) bytes",
                fix: "look whether it is a catalog; one of refold lists a segment in a few hundred bytes"
            )
        }
        var bytes = ByteBuffer()
        _ = try file.read(at: 0, upTo: Self.longest, into: &bytes)
        try file.confirmUnchanged()
        try self.init(parsing: ByteString(bytes.array()))
    }
}

extension ArchiveError {
    private static func names(_ all: [String]) -> String {
        all.prefix(5).joined(separator: ", ") + (all.count > 5 ? " and \(all.count - 5) more" : "")
    }

    fileprivate static func missing(_ all: [String]) -> ArchiveError {
        ArchiveError(
            .missing,
            "the archive lacks segments that catalog.json lists",
            place: names(all),
            fix: "restore them, or take them out of catalog.json if they are gone on purpose"
        )
    }

    fileprivate static func unlisted(_ all: [String], at location: String) -> ArchiveError {
        ArchiveError(
            .unlisted,
            "\(location) holds segments that catalog.json does not list",
            place: names(all),
            fix: "list them, or set archive.unlisted to read or ignore"
        )
    }

    fileprivate static func empty(_ location: String, hasCatalog: Bool) -> ArchiveError {
        ArchiveError(
            .empty,
            "\(location) has no segment",
            cause: hasCatalog
                ? "catalog.json lists none"
                : "no file below it ends in .jsonl or .ndjson, with .zst, .gz or nothing behind it",
            fix: ArchiveError.pathFix
        )
    }
}
