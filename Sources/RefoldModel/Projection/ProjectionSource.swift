import RefoldBytes

/// A source of values, its path resolved to a slot.
enum ProjectionSource: Sendable {
    case slot(Int)
    case builtIn(BuiltInSource)

    init(_ source: ValueSource, in tree: inout SourceTree) {
        switch source {
        case .path(let path): self = .slot(tree.slot(of: path))
        case .builtIn(let builtIn): self = .builtIn(builtIn)
        }
    }
}

/// One aggregate's state with the places of what a projection reads.
struct ProjectionRow {
    let snapshot: AggregateSnapshot
    private let places: [Range<Int>?]

    init(_ snapshot: AggregateSnapshot, tree: SourceTree) {
        self.snapshot = snapshot
        places = tree.places(in: snapshot.fields.bytes)
    }

    /// The canonical text of a source's value; nil when it is absent, and null counts as absent.
    func value(of source: ProjectionSource) -> ArraySlice<UInt8>? {
        let value: ArraySlice<UInt8>
        switch source {
        case .slot(let slot):
            guard let place = places[slot] else { return nil }
            value = snapshot.fields.bytes[place]
        case .builtIn(let builtIn): value = builtInValue(builtIn)[...]
        }
        return CanonicalText.kind(of: value) == .null ? nil : value
    }

    private func builtInValue(_ builtIn: BuiltInSource) -> [UInt8] {
        switch builtIn {
        case .key: CanonicalText.quoted(snapshot.key.bytes[...])
        case .id: CanonicalText.quoted(snapshot.id.bytes[...])
        case .entity: CanonicalText.quoted(snapshot.entity.bytes[...])
        case .type: CanonicalText.quoted(snapshot.type.bytes[...])
        case .position: Array(String(snapshot.position).utf8)
        case .version: Array(String(snapshot.version).utf8)
        case .time: snapshot.time.canonical.bytes
        }
    }
}
