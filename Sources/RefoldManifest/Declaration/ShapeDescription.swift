internal import RefoldBytes

/// What a shape takes, as data: the JSON Schema and the reference table are written from it.
indirect enum ShapeDescription: Sendable {
    /// A scalar: the word people use for it, and the members of its JSON Schema.
    case scalar(word: String, schema: JSONObject)
    /// A list with at least so many elements.
    case list(of: ShapeDescription, atLeast: Int)
    /// A mapping whose keys the user chooses.
    case dictionary(of: ShapeDescription, atLeast: Int)
    /// A mapping whose keys are declared.
    case record(RecordDescription)
    /// One of several forms.
    case either([ShapeDescription])
    /// A shape that may hold itself or stands in many places, by the name it has in the JSON Schema.
    case named(String, word: String?, @Sendable () -> ShapeDescription)
}

/// A mapping whose keys are declared.
struct RecordDescription: Sendable {
    /// What decides which of the keys apply.
    var choice: Choice
    /// The keys in the order declared; one name may stand for several variants.
    var keys: [KeyDescription]
    /// What the keys must be together.
    var demands: [Demand] = []
}

/// What optional keys of a record must be together.
struct Demand: Sendable, Hashable {
    /// How many of them.
    enum Count: Sendable, Hashable {
        /// One and no other.
        case exactlyOne
        /// One or more.
        case atLeastOne
    }
    /// How many of them.
    var count: Count
    /// The keys.
    var keys: [String]
    /// The variant in which it is demanded; nil: always.
    var variant: String?

    /// One of these and no other.
    static func exactlyOne(of keys: String..., for variant: String? = nil) -> Demand {
        Demand(count: .exactlyOne, keys: keys, variant: variant)
    }

    /// One or more of these.
    static func atLeastOne(of keys: String..., for variant: String? = nil) -> Demand {
        Demand(count: .atLeastOne, keys: keys, variant: variant)
    }
}

/// What decides which keys of a record apply.
enum Choice: Sendable, Hashable {
    /// Nothing: all do.
    case none
    /// The word that a key holds, one of these.
    case word(key: String, of: [String])
    /// Exactly one of these keys is there; its name is the variant.
    case presence(of: [String])
}

/// One key of a record, declared once for decoding, errors, JSON Schema and reference.
struct KeyDescription: Sendable {
    /// Whether the key may be left out.
    enum Need: Sendable, Hashable {
        /// It may not.
        case required
        /// It may, and nothing takes its place.
        case optional
        /// It may, and this takes its place.
        case byDefault(JSONValue)
        /// It may, and what takes its place is known only when the job runs.
        case decidedLater(String)
    }
    /// The name.
    var name: String
    /// What its value is.
    var value: ShapeDescription
    /// Whether it may be left out.
    var need: Need
    /// One sentence for the reference.
    var meaning: String
    /// The variants of the record it belongs to; nil: all.
    var variants: [String]?
    /// Whether a change of it makes another run; nil: as the key that holds it.
    var isIdentity: Bool?

    /// Whether it belongs to a variant.
    func applies(to variant: String?) -> Bool {
        guard let variants, let variant else { return true }
        return variants.contains(variant)
    }
}
