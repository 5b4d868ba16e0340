import RefoldBytes
import RefoldModel

/// Watches states go by for source paths that none of them has, and for what they have instead.
///
/// Complexity: a state is looked at only while some path is missing; names are collected from the first few alone.
/// Isolation: one task's; surveys of shards add up.
struct SourcePathSurvey: Sendable {
    /// How many states give their names, and how many names are kept: enough to find the one that was meant.
    private static let namedStates = 200
    private static let names = 500

    private let projection: Projection
    private let paths: [String]
    private var missing: Set<Int>
    private(set) var states = 0
    private var known: Set<String> = []

    /// Nothing seen yet.
    init(_ projection: Projection) {
        self.projection = projection
        paths = projection.sourcePaths.map(\.dotted)
        missing = Set(paths.indices)
    }

    /// Looks at one state.
    mutating func look(at snapshot: AggregateSnapshot) {
        // A state without fields says nothing: its events were set aside, or its aggregate is gone.
        guard !missing.isEmpty, snapshot.fields.count > 2 else { return }
        states += 1
        for (place, isPresent) in projection.presence(in: snapshot).enumerated() where isPresent {
            missing.remove(place)
        }
        if states <= Self.namedStates, known.count < Self.names { collect(snapshot) }
    }

    /// What was found.
    var finding: SourcePathFinding {
        SourcePathFinding(
            states: states,
            missing: missing.sorted().map { paths[$0] },
            known: missing.isEmpty ? [] : known.sorted()
        )
    }

    private mutating func collect(_ snapshot: AggregateSnapshot) {
        let state: JSONValue
        // What is no JSON here never left a fold; the projection would have the same trouble and say so.
        do { state = try JSONValue(parsing: snapshot.fields) } catch { return }
        for (path, _) in FieldPaths(of: state) where known.count < Self.names { known.insert(path) }
    }
}

/// The paths of a state and their values, objects before their components.
struct FieldPaths: Sequence, IteratorProtocol {
    /// Deeper than a manifest's paths go.
    private static let depth = 8
    private var open: [(path: String, value: JSONValue, depth: Int)]

    init(of state: JSONValue) {
        open = []
        push(state, below: "", depth: 1)
    }

    mutating func next() -> (path: String, value: JSONValue)? {
        guard let (path, value, depth) = open.popLast() else { return nil }
        if depth < Self.depth { push(value, below: path + ".", depth: depth + 1) }
        return (path, value)
    }

    private mutating func push(_ value: JSONValue, below prefix: String, depth: Int) {
        for member in value.asObject?.members.reversed() ?? [] {
            open.append((prefix + member.name.string, member.value, depth))
        }
    }
}

/// The source paths of one read model that no state has.
struct SourcePathFinding: Sendable, Hashable {
    /// States that were looked at; those after the last path was found are not counted.
    var states: Int
    /// Source paths under their dotted names, in the document's order.
    var missing: [String]
    /// Paths that states have.
    var known: [String]

    /// What surveys of two shards say together.
    static func + (left: SourcePathFinding, right: SourcePathFinding) -> SourcePathFinding {
        let both = left.missing.filter { right.missing.contains($0) }
        return SourcePathFinding(
            states: left.states.addingReportingOverflow(right.states).partialValue,
            missing: both,
            known: both.isEmpty ? [] : Set(left.known + right.known).sorted()
        )
    }

    /// One sentence for each missing path, with the nearest name; none without states.
    func sentences(readModel: String) -> [String] {
        guard states > 0 else { return [] }
        return missing.map { path in
            let near = NearestWord.of(path, among: known).map { "; did you mean `\($0)`?" } ?? ""
            return "source path `\(path)` of \(readModel) is found in none of its events\(near)"
        }
    }
}

extension SourcePathFinding {
    var json: JSONValue {
        ["states": .integer(states), "missing": .texts(missing), "known": .texts(known)]
    }

    init?(json: JSONValue) {
        guard let states = json["states"]?.asInt, let missing = json["missing"]?.asTexts,
            let known = json["known"]?.asTexts
        else { return nil }
        self.init(states: states, missing: missing, known: known)
    }
}
