public import RefoldBytes

/// What document a folded aggregate gives.
///
/// Source: MANIFESTS, "Read model", `document`.
public struct DocumentDefinition: Sendable, Hashable {
    /// What the document's id is.
    public enum Identifier: String, Sendable, Hashable {
        /// The aggregate's id.
        case id = "$id"
        /// `Entity#id`.
        case key = "$key"
    }
    /// Which fields the document has.
    public enum Fields: Sendable, Hashable {
        /// Every field of the state as it is.
        case all
        /// These, in the order written.
        case listed([FieldDefinition])
    }
    /// The document's id.
    public var id: Identifier
    /// Aggregates that do not match are no documents; all must hold.
    public var `where`: [Condition]
    /// The fields.
    public var fields: Fields

    /// All parts, as read.
    public init(id: Identifier = .id, where conditions: [Condition] = [], fields: Fields) {
        self.id = id
        self.where = conditions
        self.fields = fields
    }
}

/// A condition on one path of the state.
public struct Condition: Sendable, Hashable {
    /// The path of the state, or a built-in's name.
    public var source: ValueSource
    /// What must hold of its value; all of them.
    public var tests: [Test]

    /// One comparison.
    ///
    /// With an absent field it is false, `not` true.
    public enum Test: Sendable, Hashable {
        /// Equal to the literal.
        case equals(JSONValue)
        /// The negation of equality.
        case not(JSONValue)
        /// Equal to one of the literals.
        case oneOf([JSONValue])
        /// Present, or with false absent.
        case exists(Bool)
        /// Greater or equal; numbers as numbers, text by bytes, never one with the other.
        case atLeast(JSONValue)
        /// Less; likewise.
        case below(JSONValue)
    }

    /// All parts, as read.
    public init(source: ValueSource, tests: [Test]) {
        self.source = source
        self.tests = tests
    }
}

/// Where a value comes from.
public enum ValueSource: Sendable, Hashable {
    /// A path of the state.
    case path(FieldPath)
    /// A built-in.
    case builtIn(BuiltInSource)
}

/// One field of the document.
///
/// The order within a field is `source` → `split` → `map` → `type` → `default`; `map` and `type` act on each element of
/// a list. `default` is for an absent value only.
public struct FieldDefinition: Sendable, Hashable {
    /// The document's field; dots make nested objects.
    public var name: FieldPath
    /// Where the value comes from.
    public var source: Source
    /// The separator at which a text becomes a list; empty parts are dropped.
    public var split: ByteString?
    /// Replacements of values.
    public var map: [Replacement]?
    /// What happens to a value that `map` does not name.
    public var unmapped: Unmapped
    /// The type to convert to.
    public var type: ValueType?
    /// The value of an absent field.
    public var defaultValue: JSONValue?
    /// What happens when the conversion fails.
    public var onError: OnError

    /// One source, or several of which the first present counts.
    public indirect enum Source: Sendable, Hashable {
        /// A path or a built-in.
        case from(ValueSource)
        /// The first of these that is present; each is a field of its own without a name.
        case first([FieldDefinition])
        /// Text with `{path}` parts; a missing part gives no field.
        case template([TemplatePart])
        /// A constant.
        case value(JSONValue)
        /// A value of another aggregate.
        case lookup(LookupDefinition)
        /// Values of child aggregates.
        case collect(CollectDefinition)
    }
    /// One entry of `map`.
    public struct Replacement: Sendable, Hashable {
        /// The value as it comes, compared as text.
        public var from: JSONValue
        /// The value it becomes.
        public var to: JSONValue
        /// Both sides.
        public init(from: JSONValue, to: JSONValue) {
            self.from = from
            self.to = to
        }
    }
    /// One part of a template.
    public enum TemplatePart: Sendable, Hashable {
        /// Text as it stands.
        case text(ByteString)
        /// The value of a source, as text.
        case source(ValueSource)
    }
    /// What happens to a value that `map` does not name.
    public enum Unmapped: String, Sendable, Hashable, CaseIterable {
        /// It stays.
        case keep
        /// The field's default.
        case `default`
        /// `null` in the document.
        case null
        /// Reject `unmapped_value`.
        case reject
    }
    /// What happens when the conversion fails.
    public enum OnError: String, Sendable, Hashable, CaseIterable {
        /// Reject `field_conversion`.
        case reject
        /// `null` in the document.
        case null
    }

    /// All parts, as read.
    public init(
        name: FieldPath,
        source: Source,
        split: ByteString? = nil,
        map: [Replacement]? = nil,
        unmapped: Unmapped = .keep,
        type: ValueType? = nil,
        defaultValue: JSONValue? = nil,
        onError: OnError = .reject
    ) {
        self.name = name
        self.source = source
        self.split = split
        self.map = map
        self.unmapped = unmapped
        self.type = type
        self.defaultValue = defaultValue
        self.onError = onError
    }
}

/// The types a field converts to.
public enum ValueType: String, Sendable, Hashable, CaseIterable {
    /// Text.
    case string
    /// `true` or `false`.
    case boolean
    /// A 64-bit integer.
    case long
    /// An unsigned 64-bit integer.
    case unsignedLong = "unsigned_long"
    /// A number.
    case double
    /// `YYYY-MM-DDTHH:MM:SS.sssZ`, from epoch milliseconds or ISO 8601.
    case date
    /// `YYYY-MM-DD`.
    case day
}

/// A value taken from another aggregate.
public struct LookupDefinition: Sendable, Hashable {
    /// The other aggregate's entity.
    public var entity: ByteString
    /// The path that holds its id.
    public var by: FieldPath
    /// What is taken.
    public var take: Take
    /// What happens when there is none.
    public var missing: Missing

    /// What is taken from the other aggregate.
    public indirect enum Take: Sendable, Hashable {
        /// A path or a built-in.
        case source(ValueSource)
        /// A value from a third aggregate.
        case lookup(LookupDefinition)
    }
    /// What happens when there is no such aggregate.
    public enum Missing: Sendable, Hashable {
        /// No field.
        case null
        /// Reject `lookup_missing`.
        case reject
        /// A constant.
        case value(JSONValue)
    }

    /// All parts, as read.
    public init(entity: ByteString, by: FieldPath, take: Take, missing: Missing = .null) {
        self.entity = entity
        self.by = by
        self.take = take
        self.missing = missing
    }
}

/// Values collected from child aggregates.
public struct CollectDefinition: Sendable, Hashable {
    /// The children's entity.
    public var entity: ByteString
    /// The child's path that holds this aggregate's id.
    public var by: FieldPath
    /// Which children.
    public var `where`: [Condition]
    /// The order of the list.
    public var orderBy: FieldPath?
    /// How many at most.
    public var limit: Int?
    /// What is made of them.
    public var result: Result

    /// One of `take`, `count`, `sum`, `min`, `max`.
    public enum Result: Sendable, Hashable {
        /// A list of objects, field by field.
        case take([TakenField])
        /// How many.
        case count
        /// The sum of a path.
        case sum(FieldPath)
        /// The least of a path.
        case min(FieldPath)
        /// The greatest of a path.
        case max(FieldPath)
    }
    /// One field of a collected object.
    public struct TakenField: Sendable, Hashable {
        /// Its name.
        public var name: ByteString
        /// Where it comes from.
        public var source: ValueSource
        /// Both.
        public init(name: ByteString, source: ValueSource) {
            self.name = name
            self.source = source
        }
    }

    /// All parts, as read.
    public init(
        entity: ByteString,
        by: FieldPath,
        where conditions: [Condition],
        orderBy: FieldPath?,
        limit: Int?,
        result: Result
    ) {
        self.entity = entity
        self.by = by
        self.where = conditions
        self.orderBy = orderBy
        self.limit = limit
        self.result = result
    }
}

/// The index that holds a read model's documents.
public struct IndexDefinition: Sendable, Hashable {
    /// The aliases; the first names the index.
    public var aliases: [String]
    /// Settings, as OpenSearch takes them.
    public var settings: JSONObject
    /// Mappings, as OpenSearch takes them.
    public var mappings: JSONObject
    /// `max_num_segments` of a force-merge while settling.
    public var forceMerge: Int?

    /// All parts, as read.
    public init(
        aliases: [String],
        settings: JSONObject = [:],
        mappings: JSONObject = [:],
        forceMerge: Int? = nil
    ) {
        self.aliases = aliases
        self.settings = settings
        self.mappings = mappings
        self.forceMerge = forceMerge
    }
}
