package import RefoldBytes

/// One file of an archive.
package struct Segment: Sendable, Hashable {
    /// How the lines are packed.
    package enum Kind: String, Sendable, Hashable {
        /// zstd frames.
        case zstd
        /// gzip members.
        case gzip
        /// Lines as they are.
        case plain

        /// The kind by the name's ending.
        package init(name: String) {
            if name.utf8.elementsEnd(with: ".zst") {
                self = .zstd
            } else if name.utf8.elementsEnd(with: ".gz") {
                self = .gzip
            } else {
                self = .plain
            }
        }

        /// What one salvage unit is called.
        var unit: String {
            switch self {
            case .zstd: "frame"
            case .gzip: "member"
            case .plain: "file"
            }
        }
    }

    /// Its place in the archive's order.
    package var index: Int
    /// The path below the archive's folder, which names it.
    package var name: String
    /// The file.
    package var path: String
    /// How the lines are packed.
    package var kind: Kind
    /// The file's length when it was listed.
    package var bytes: Int64
    /// The file's modification time when it was listed, in nanoseconds since 1970.
    package var modifiedNanoseconds: Int64
    /// What the catalog says of it, when it lists it.
    package var entry: CatalogEntry?
    /// What stands for the content: the catalog's SHA-256, else one over name, length, time and both ends.
    package var identity: Digest
}

extension Sequence<UInt8> {
    /// Whether the bytes end like the text, but are longer.
    func elementsEnd(with suffix: StaticString) -> Bool {
        let bytes = Array(self)
        let wanted = suffix.withUTF8Buffer { Array($0) }
        return bytes.count > wanted.count && bytes.suffix(wanted.count) == wanted[...]
    }
}
