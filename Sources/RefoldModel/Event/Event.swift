public import RefoldBytes

/// One event of one aggregate, as upcasters, ordered folds and Swift aggregates see it.
public struct Event: Sendable, Hashable {
    /// The entity.
    public var entity: ByteString
    /// The aggregate's id within the entity.
    public var id: ByteString
    /// The event's type; for Salesforce the changeType.
    public var type: ByteString
    /// The event's place in its aggregate's history, 0…2⁶³−1.
    public var position: Int64
    /// The event's time as it came.
    public var time: JSONValue
    /// The event's time in milliseconds since 1970.
    public var timeMilliseconds: Int64?
    /// The members of the body, in the order they came.
    public var body: JSONObject
    /// The names that Salesforce lists as changed, bitmaps resolved; nil when the header has no such list.
    public var changedFields: [ByteString]?
    /// The names that Salesforce lists as set to null; nil when the header has no such list.
    public var nulledFields: [ByteString]?
    /// The names whose value Salesforce sent as a difference; nil when the header has no such list.
    public var diffFields: [ByteString]?

    /// All parts; formats other than Salesforce have no lists.
    public init(
        entity: ByteString,
        id: ByteString,
        type: ByteString,
        position: Int64,
        time: JSONValue,
        timeMilliseconds: Int64? = nil,
        body: JSONObject,
        changedFields: [ByteString]? = nil,
        nulledFields: [ByteString]? = nil,
        diffFields: [ByteString]? = nil
    ) {
        self.entity = entity
        self.id = id
        self.type = type
        self.position = position
        self.time = time
        self.timeMilliseconds = timeMilliseconds
        self.body = body
        self.changedFields = changedFields
        self.nulledFields = nulledFields
        self.diffFields = diffFields
    }

    /// `Entity#id`.
    public var key: ByteString { ByteString(entity.bytes + [UInt8(ascii: "#")] + id.bytes) }
}

extension Event {
    /// The value at a dotted path of the body; `.null` when it is there as null, nil when it is absent.
    public func json(_ path: String) -> JSONValue? {
        body.value(at: FieldPath(path).names[...])
    }

    /// The text at a dotted path of the body; nil when it is absent or no text.
    public func string(_ path: String) -> String? {
        json(path)?.asString
    }

    /// The integer at a dotted path of the body; nil when it is absent, has a fraction or leaves Int64.
    public func integer(_ path: String) -> Int64? {
        guard case .number(let text)? = json(path) else { return nil }
        return DecimalNumber(text.bytes[...])?.int64
    }

    /// The number at a dotted path of the body, rounded to a double; nil when it is absent or beyond a double.
    public func double(_ path: String) -> Double? {
        guard case .number(let text)? = json(path), let value = Double(text.string), value.isFinite else {
            return nil
        }
        return value
    }

    /// The boolean at a dotted path of the body; nil when it is absent or no boolean.
    public func bool(_ path: String) -> Bool? {
        json(path)?.asBool
    }
}
