package import RefoldBytes

/// An event with what tells copies and order within its aggregate.
package struct DecodedEvent: Sendable, Hashable {
    /// The event.
    package var event: Event
    /// Equal for copies of one event of an aggregate, and for nothing else of it.
    package var identity: ByteString
    /// The event's place in its aggregate's history; compared as bytes.
    package var order: ByteString

    /// Which of an aggregate's events count: of those with one identity the one whose line is the byte-wise smaller.
    ///
    /// Returns the places of the events that count, ascending; the others are duplicates. Copies in one place of the order
    /// share identity too, but a CloudEvent's copies may differ in their position.
    package static func counted(among events: [(identity: ByteString, line: ByteString)]) -> [Int] {
        var counted: [ByteString: Int] = [:]
        for (place, event) in events.enumerated() {
            if let other = counted[event.identity], events[other].line <= event.line { continue }
            counted[event.identity] = place
        }
        return counted.values.sorted()
    }
}

/// How a line becomes an event, for formats that carry a position of their own.
///
/// | | `cloudevents` | `fields` |
/// |---|---|---|
/// | key, type, time, body | `subject`, `type`, `time`, `data` | the paths named |
/// | position | `sequence` | the path named |
/// | identity within the aggregate | `source`, `id` | position |
/// | order | position, `source`, `id` bytes | position |
///
/// Entity, id and type are texts that are not empty. A position is an integer 0…2⁶³−1 or its decimal text, leading zeros
/// allowed. A time is what ``Timestamp`` reads; it stays as it came. A body that is missing or no object has no members,
/// for no path could reach into it. CloudEvents without `source` or `id` have no identity and are `no_key`.
///
/// Source: MANIFESTS, the table of envelopes.
package struct GenericEnvelope: Sendable, Hashable {
    private let paths: FieldsEnvelope
    private let isCloudEvents: Bool

    /// The envelope of a format; nil for Salesforce, which has its own.
    package init?(_ format: EventFormat) {
        switch format {
        case .salesforceCDC: return nil
        case .fields(let paths):
            self.paths = paths
            isCloudEvents = false
        case .cloudEvents(let entity):
            paths = FieldsEnvelope(
                entity: entity,
                id: FieldPath("subject"),
                position: FieldPath("sequence"),
                type: FieldPath("type"),
                time: FieldPath("time"),
                payload: FieldPath("data")
            )
            isCloudEvents = true
        }
    }

    /// The event of a line, or the first of `no_key`, `no_type`, `no_position`, `no_timestamp` that applies.
    package func decode(_ line: JSONValue) -> Result<DecodedEvent, EventReject> {
        Result { () throws(EventReject) in try decoded(line) }
    }

    private func decoded(_ line: JSONValue) throws(EventReject) -> DecodedEvent {
        let entity: ByteString
        switch paths.entity {
        case .constant(let name): entity = name
        case .path(let path): entity = try text(at: path, of: line, else: .noKey)
        }
        let id = try text(at: paths.id, of: line, else: .noKey)
        // Position is checked after type, so that the first missing part in the order of the words is named.
        let origin = isCloudEvents ? try origin(of: line) : ByteString([])
        let type = try text(at: paths.type, of: line, else: .noType)
        guard let position = value(at: paths.position, of: line).flatMap(Self.position) else {
            throw reject(.noPosition, paths.position)
        }
        guard let time = value(at: paths.time, of: line), let timestamp = Timestamp(time) else {
            throw reject(.noTimestamp, paths.time)
        }
        let place = ByteString(copying: Self.bigEndian(UInt64(position)))
        return DecodedEvent(
            event: Event(
                entity: entity,
                id: id,
                type: type,
                position: position,
                time: time,
                timeMilliseconds: timestamp.milliseconds,
                body: value(at: paths.payload, of: line)?.asObject ?? JSONObject()
            ),
            identity: isCloudEvents ? origin : place,
            order: ByteString(place.bytes + origin.bytes)
        )
    }

    /// `source` and `id` of a CloudEvent, so written that their bytes compare like the pair of texts.
    private func origin(of line: JSONValue) throws(EventReject) -> ByteString {
        let source = try text(at: FieldPath("source"), of: line, else: .noKey)
        let id = try text(at: FieldPath("id"), of: line, else: .noKey)
        // 00 01 ends the source and sorts before 00 FF, which stands for a zero byte within it.
        var bytes: [UInt8] = []
        for byte in source.bytes {
            bytes.append(byte)
            if byte == 0 { bytes.append(0xFF) }
        }
        return ByteString(bytes + [0, 1] + id.bytes)
    }

    private func text(
        at path: FieldPath,
        of line: JSONValue,
        else word: RejectWord
    ) throws(EventReject) -> ByteString {
        guard case .string(let text)? = value(at: path, of: line), !text.isEmpty else {
            throw reject(word, path)
        }
        return text
    }

    /// The one place that knows how lines are held.
    private func value(at path: FieldPath, of line: JSONValue) -> JSONValue? {
        line.asObject?.value(at: path.names[...])
    }

    private func reject(_ word: RejectWord, _ path: FieldPath) -> EventReject {
        EventReject(word, "\(path.dotted) is missing or ill-typed")
    }

    private static func position(_ value: JSONValue) -> Int64? {
        let text: ByteString
        switch value {
        case .number(let number): text = number
        case .string(let string): text = string
        case .null, .bool, .array, .object: return nil
        }
        guard text.bytes.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return nil
        }
        return Int64(text.string)
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }
}
