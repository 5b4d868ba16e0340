public import RefoldBytes

/// One read model: which events, how they fold, what document they give, which index holds it.
///
/// Source: MANIFESTS, "Read model". Values only; the manifest reader has checked them.
public struct ReadModelDefinition: Sendable, Hashable {
    /// The name, as runs, logs and `_meta` carry it.
    public var name: String
    /// The version; a changed definition needs a new one.
    public var version: Int
    /// How lines become events.
    public var events: EventFormat
    /// Rules that turn old shapes of events into the new one, oldest first.
    public var upcast: [UpcastRule]
    /// Which aggregates, and how their events fold.
    public var aggregate: AggregateDefinition
    /// What document a folded aggregate gives.
    public var document: DocumentDefinition
    /// The index that holds the documents.
    public var index: IndexDefinition
    /// The whole definition as the manifest says it, canonical, defaults left out: what `_meta` keeps and what
    /// "a changed definition under an unchanged version" compares.
    public var source: JSONValue
    /// Where the manifest says it.
    public var writtenAt = WrittenPlaces.nowhere

    /// All parts, as read.
    public init(
        name: String,
        version: Int,
        events: EventFormat,
        upcast: [UpcastRule] = [],
        aggregate: AggregateDefinition,
        document: DocumentDefinition,
        index: IndexDefinition,
        source: JSONValue = .null
    ) {
        self.name = name
        self.version = version
        self.events = events
        self.upcast = upcast
        self.aggregate = aggregate
        self.document = document
        self.index = index
        self.source = source
    }
}

/// How a line of the archive becomes an event.
public enum EventFormat: Sendable, Hashable {
    /// Salesforce Change Data Capture in any of its envelopes.
    case salesforceCDC
    /// CloudEvents in JSON.
    case cloudEvents(entity: EntitySource)
    /// Any JSON object whose paths the manifest names.
    case fields(FieldsEnvelope)
}

/// Where an event's entity comes from.
public enum EntitySource: Sendable, Hashable {
    /// Every event has this entity.
    case constant(ByteString)
    /// The text at a path of the line.
    case path(FieldPath)
}

/// The paths of the generic envelope.
public struct FieldsEnvelope: Sendable, Hashable {
    /// Where the entity comes from.
    public var entity: EntitySource
    /// Path of the aggregate's id.
    public var id: FieldPath
    /// Path of the position, an integer 0…2⁶³−1.
    public var position: FieldPath
    /// Path of the event's type.
    public var type: FieldPath
    /// Path of the event's time.
    public var time: FieldPath
    /// Path of the body.
    public var payload: FieldPath

    /// All paths, as read.
    public init(
        entity: EntitySource,
        id: FieldPath,
        position: FieldPath,
        type: FieldPath,
        time: FieldPath,
        payload: FieldPath
    ) {
        self.entity = entity
        self.id = id
        self.position = position
        self.type = type
        self.time = time
        self.payload = payload
    }
}

/// A dotted path into a JSON object: `BillingAddress.City`.
public struct FieldPath: Sendable, Hashable {
    /// The names from the outside in, at least one.
    public var names: [ByteString]

    /// Splits at dots.
    public init(_ dotted: String) {
        names = dotted.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { ByteString(copying: $0) }
    }

    /// The path as written.
    public var dotted: String { names.map(\.string).joined(separator: ".") }
}

/// Which aggregates become documents, and how their events fold.
public struct AggregateDefinition: Sendable, Hashable {
    /// The entities; empty means all that the events name (a format with a constant entity).
    public var entities: [ByteString]
    /// The fold.
    public var fold: FoldDefinition
    /// Bytes of one aggregate's history, over which `ordered` and `swift` reject it.
    public var maxBytes: Int

    /// All parts; `maxBytes` is 64 MiB unless said.
    public init(entities: [ByteString], fold: FoldDefinition, maxBytes: Int = 64 << 20) {
        self.entities = entities
        self.fold = fold
        self.maxBytes = maxBytes
    }
}

/// How events of one aggregate become its state.
public enum FoldDefinition: Sendable, Hashable {
    /// The join of registers of FOLD.md; Salesforce only.
    case merge
    /// What each event type does, applied in order of position.
    case ordered(OrderedRules)
    /// A Swift type registered under this name.
    case swift(type: String)
}

/// What each event type does to the state.
public struct OrderedRules: Sendable, Hashable {
    /// The rule of each named type.
    public var byType: [ByteString: OrderedRule]
    /// The rule of types not named (`"*"`); nil makes them rejects `unknown_type`.
    public var otherwise: OrderedRule?

    /// Rules as read.
    public init(byType: [ByteString: OrderedRule], otherwise: OrderedRule? = nil) {
        self.byType = byType
        self.otherwise = otherwise
    }
}

/// What one event type does.
public enum OrderedRule: Sendable, Hashable {
    /// Ends the aggregate.
    case delete
    /// Does nothing.
    case ignore
    /// Applies verbs in the order written.
    case apply([OrderedStep])
}

/// One verb on one field of the state.
public struct OrderedStep: Sendable, Hashable {
    /// What happens to the field.
    public enum Verb: String, Sendable, Hashable, CaseIterable {
        /// Sets the field.
        case set
        /// Sets the field if it is absent.
        case setOnce
        /// Removes the field.
        case unset
        /// Adds a number, from 0.
        case add
        /// Keeps the smaller.
        case min
        /// Keeps the greater.
        case max
        /// Appends to a list.
        case append
    }
    /// The verb.
    public var verb: Verb
    /// The field of the state; dots name nested objects.
    public var field: FieldPath
    /// Where the operand comes from; nil for `unset`.
    public var operand: OrderedOperand?

    /// All parts, as read.
    public init(verb: Verb, field: FieldPath, operand: OrderedOperand?) {
        self.verb = verb
        self.field = field
        self.operand = operand
    }
}

/// The operand of a verb of an ordered fold.
public enum OrderedOperand: Sendable, Hashable {
    /// A path of the event's body.
    case path(FieldPath)
    /// A built-in such as `$time`.
    case builtIn(BuiltInSource)
    /// A constant: `{ value: 1 }`.
    case constant(JSONValue)
}

/// Sources that every aggregate has.
public enum BuiltInSource: String, Sendable, Hashable, CaseIterable {
    /// `Entity#id`.
    case key = "$key"
    /// The aggregate's id.
    case id = "$id"
    /// The entity.
    case entity = "$entity"
    /// Position of the last event.
    case position = "$position"
    /// External version of the document.
    case version = "$version"
    /// Time of the last event, as it came.
    case time = "$time"
    /// Type of the last event.
    case type = "$type"
}
