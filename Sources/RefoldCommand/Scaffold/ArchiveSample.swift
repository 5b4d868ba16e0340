import RefoldArchive
import RefoldBytes

/// Entities and fields found in the beginning of each segment of an archive.
struct ArchiveSample: Sendable {
    /// Lines looked at in one segment.
    private static let linesOfSegment = 2000
    /// Segments looked at, spread over the archive.
    private static let segmentsOfArchive = 16

    /// Fields by entity.
    private(set) var entities: [ByteString: [ByteString: ValueShape]] = [:]
    /// Lines looked at.
    private(set) var lines = 0
    /// Lines that are Salesforce change events.
    private(set) var events = 0

    /// Reads the sample.
    init(_ archive: Archive) throws(ArchiveError) {
        let step = max(1, archive.segments.count / Self.segmentsOfArchive)
        for place in stride(from: 0, to: archive.segments.count, by: step) {
            try read(archive.segments[place])
        }
    }

    private mutating func read(_ segment: Segment) throws(ArchiveError) {
        var reader = try SegmentReader(segment)
        var decoder = try BlockDecoder()
        let end = lines + Self.linesOfSegment
        while lines < end, let block = try reader.next() {
            try decoder.decode(block)
            let bytes = decoder.withBytes { span in span.withUnsafeBytes { Array($0) } }
            // A line that straddles two blocks is not worth the trouble here: it is no JSON and is passed over.
            for line in bytes.split(separator: UInt8(ascii: "\n")) where lines < end {
                take(ByteString(copying: line))
            }
        }
    }

    private mutating func take(_ line: ByteString) {
        lines += 1
        guard let value = parsed(line), let payload = Self.payload(in: value, depth: 0),
            case .string(let entity)? = payload["ChangeEventHeader"]?["entityName"]
        else { return }
        events += 1
        var fields = entities.removeValue(forKey: entity) ?? [:]
        for (name, value) in payload.members where name != "ChangeEventHeader" && name != "Id" {
            let shape = ValueShape(value, named: name)
            fields[name] = fields[name]?.joined(with: shape) ?? shape
        }
        entities[entity] = fields
    }

    /// The object with a change event's header, inside whatever envelope; a string of JSON is looked into.
    private static func payload(in value: JSONValue, depth: Int) -> JSONObject? {
        guard depth < 8 else { return nil }
        switch value {
        case .object(let object) where object["ChangeEventHeader"] != nil:
            // A DynamoDB map holds each value in an object of its type.
            return object["ChangeEventHeader"]?["M"] == nil
                ? object : JSONObject(object.members.map { ($0.name, untyped($0.value)) })
        case .object(let object):
            for member in object.members {
                if let found = payload(in: member.value, depth: depth + 1) { return found }
            }
            return nil
        case .string(let text) where text.bytes.first == UInt8(ascii: "{"):
            return parsed(text).flatMap { payload(in: $0, depth: depth + 1) }
        default: return nil
        }
    }
}

/// A value of DynamoDB's typed JSON without its type; what is none stays.
private func untyped(_ value: JSONValue) -> JSONValue {
    guard let typed = value.asObject, typed.count == 1, let (type, inner) = typed.members.first else {
        return value
    }
    switch (type.string, inner) {
    case ("S", _), ("BOOL", _), ("SS", _): return inner
    case ("N", .string(let number)): return .number(number)
    case ("NULL", _): return .null
    case ("M", .object(let object)):
        return .object(JSONObject(object.members.map { ($0.name, untyped($0.value)) }))
    case ("L", .array(let elements)): return .array(elements.map(untyped))
    default: return value
    }
}

/// The value of a text; nil for one that is no JSON, which a run reports as a reject.
private func parsed(_ text: ByteString) -> JSONValue? {
    do { return try JSONValue(parsing: text) } catch { return nil }
}
