/// One field of a made object: its name and what its values are like.
struct RecordField: Sendable {
    /// What values are like.
    enum Kind: Sendable {
        case company
        case title
        case text
        case pick([String])
        case picks([String])
        case decimal(below: Int)
        case integer(below: Int)
        case boolean
        case date
        case dateTime
        case address
        case phone
        case email
        case website
        case uuid
        case personName
        case record(prefix: String)
        case user
    }

    /// The API name.
    var name: String
    /// What values are like.
    var kind: Kind
    /// Full records hold it in so many of a hundred cases.
    var share = 85

    /// A field that most records have.
    init(_ name: String, _ kind: Kind, share: Int = 85) {
        self.name = name
        self.kind = kind
        self.share = share
    }
}

/// One value of a made event, before an envelope decides how dates are written.
enum RecordValue: Sendable {
    /// JSON as it stands in every envelope.
    case json(String)
    /// Days since 1970.
    case date(Int)
    /// Milliseconds since 1970.
    case dateTime(Int)
    /// Cleared.
    case null
}

/// One kind of made object.
struct RecordObject: Sendable {
    /// The entity's API name.
    var entity: String
    /// The first three characters of its ids.
    var prefix: String
    /// Its fields in schema order, without the system fields.
    var fields: [RecordField]
}
