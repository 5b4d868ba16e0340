package import RefoldBytes

/// The archive's list of segments.
///
/// Source: MANIFESTS, "Archive layout".
package struct Catalog: Sendable, Hashable {
    /// The file's name in the archive's folder.
    package static let fileName = "catalog.json"
    /// The version this reads and writes.
    package static let apiVersion = "refold/v1"

    /// The events' format.
    package var format: String?
    /// The segments as listed.
    package var segments: [CatalogEntry]

    /// A list of segments.
    package init(format: String?, segments: [CatalogEntry]) {
        self.format = format
        self.segments = segments
    }
}

extension Catalog {
    /// Reads the text of a catalog; keys it does not know are left alone, wrong types are refused.
    package init(parsing text: ByteString) throws(ArchiveError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw .catalog("it is no JSON (\(error.rawValue))")
        }
        guard let root = value.asObject else { throw .catalog("it is no JSON object") }
        let reader = CatalogObject(members: root, path: "")
        if let version = try reader.text("apiVersion"), version != Self.apiVersion {
            throw .catalog("apiVersion is \(version), not \(Self.apiVersion)")
        }
        format = try reader.text("format")
        guard let listed = root["segments"]?.asArray else { throw .catalog("segments is no list") }
        var seen: Set<ByteString> = []
        segments = []
        for (index, element) in listed.enumerated() {
            guard let members = element.asObject else { throw .catalog("segments[\(index)] is no object") }
            let entry = try CatalogEntry(CatalogObject(members: members, path: "segments[\(index)]."))
            guard seen.insert(ByteString(entry.path)).inserted else {
                throw .catalog("\(entry.path) is listed twice")
            }
            segments.append(entry)
        }
    }

    /// The catalog's text: one segment a line, keys in the order of the documentation.
    package var text: ByteString {
        var bytes: [UInt8] = Array("{\"apiVersion\":".utf8)
        JSONValue.text(Self.apiVersion).appendCanonical(to: &bytes)
        if let format {
            bytes += Array(",\"format\":".utf8)
            JSONValue.text(format).appendCanonical(to: &bytes)
        }
        bytes += Array(",\"segments\":[".utf8)
        for (index, entry) in segments.enumerated() {
            bytes += Array(index == 0 ? "\n".utf8 : ",\n".utf8)
            entry.append(to: &bytes)
        }
        bytes += Array("\n]}\n".utf8)
        return ByteString(bytes)
    }
}

extension CatalogEntry {
    fileprivate init(_ reader: CatalogObject) throws(ArchiveError) {
        guard let path = try reader.text("path") else {
            throw .catalog("\(reader.path)path is missing")
        }
        try Self.refuseEscape(path, at: reader.path)
        self.init(path: path)
        bytes = try reader.count("bytes")
        rawBytes = try reader.count("rawBytes")
        lines = try reader.count("lines")
        events = try reader.count("events")
        frames = try reader.count("frames")
        firstTime = try reader.text("firstTime")
        lastTime = try reader.text("lastTime")
        firstPosition = try reader.count("firstPosition")
        lastPosition = try reader.count("lastPosition")
        entities = try reader.counts("entities")
        guard let hex = try reader.text("sha256") else { return }
        guard let digest = Digest(hex: hex) else {
            throw .catalog("\(reader.path)sha256 is not 64 hexadecimal digits")
        }
        sha256 = digest
    }

    /// Paths are names below the folder: no root, no way up, no empty name.
    private static func refuseEscape(_ path: String, at place: String) throws(ArchiveError) {
        let names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = names.allSatisfy { name in
            !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
                && !name.contains(0)
        }
        guard isPlain else {
            throw ArchiveError(
                .outside,
                "catalog.json lists a path that is no name below its folder",
                place: "\(place)path",
                cause: "the path is \(path)",
                fix: "list paths relative to the archive's folder"
            )
        }
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        let members: [(StaticString, JSONValue?)] = [
            ("path", .text(path)),
            ("bytes", self.bytes.map(JSONValue.integer)),
            ("sha256", sha256.map { .text($0.hex) }),
            ("rawBytes", rawBytes.map(JSONValue.integer)),
            ("lines", lines.map(JSONValue.integer)),
            ("events", events.map(JSONValue.integer)),
            ("frames", frames.map(JSONValue.integer)),
            (
                "entities",
                entities.map {
                    .object(JSONObject($0.map { (ByteString($0.key), JSONValue.integer($0.value)) }))
                }
            ),
            ("firstTime", firstTime.map(JSONValue.text)),
            ("lastTime", lastTime.map(JSONValue.text)),
            ("firstPosition", firstPosition.map(JSONValue.integer)),
            ("lastPosition", lastPosition.map(JSONValue.integer)),
        ]
        var separator = UInt8(ascii: "{")
        for case (let name, let value?) in members {
            bytes.append(separator)
            separator = UInt8(ascii: ",")
            JSONText.appendQuoted(ByteString(stringLiteral: name).bytes, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            value.appendCanonical(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

/// Typed reads of one object of the catalog; null is absent.
private struct CatalogObject {
    let members: JSONObject
    let path: String

    func value(_ name: ByteString) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func text(_ name: ByteString) throws(ArchiveError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.asString else { throw .catalog("\(path)\(name) is no text") }
        return text
    }

    func count(_ name: ByteString) throws(ArchiveError) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.asInt64, number >= 0 else {
            throw .catalog("\(path)\(name) is no integer of 0 or more")
        }
        return number
    }

    func counts(_ name: ByteString) throws(ArchiveError) -> [String: Int64]? {
        guard let value = value(name) else { return nil }
        guard let object = value.asObject else { throw .catalog("\(path)\(name) is no object") }
        let reader = CatalogObject(members: object, path: "\(path)\(name).")
        var counts: [String: Int64] = [:]
        for member in object.members {
            counts[member.name.string] = try reader.count(member.name)
        }
        return counts
    }
}

extension ArchiveError {
    fileprivate static func catalog(_ cause: String) -> ArchiveError {
        ArchiveError(
            .catalog,
            "catalog.json is not a catalog",
            cause: cause,
            fix: "mend or restore catalog.json; without the file every segment in the folder is read"
        )
    }
}
