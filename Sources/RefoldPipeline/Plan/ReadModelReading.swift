import RefoldBytes
import RefoldModel

/// What one read model would get of an archive.
package struct ReadModelReading: Sendable {
    /// Its name.
    package let name: String
    /// Record ids.
    package let records: RecordCounts
    /// Aggregates that are not deleted.
    package private(set) var live = 0
    /// Aggregates that are.
    package private(set) var deleted = 0
    /// Documents that would be sent; those of the projection's rejects are not among them.
    package private(set) var documents = 0
    /// Live aggregates that give no document: a condition of `where` does not hold.
    package private(set) var outsideWhere = 0
    /// Live aggregates that give no document: they have no field that it takes.
    package private(set) var empty = 0
    /// Documents and events that would be set aside, by reason word.
    package private(set) var rejects: [String: Int] = [:]
    /// Live aggregates by each word of what may be wrong with them, `gap` first of all.
    package private(set) var dirty: [String: Int] = [:]
    /// How many different sets of fields live aggregates have.
    package var shapes: Int { shapesSeen.count }
    /// When the newest event happened that an aggregate took, ISO 8601 UTC; nil: no time can be read.
    package var newestEvent: String? { newest.map(Timestamp.iso8601) }
    /// One sentence for each entity that no event names, and each source path that no state has.
    package var warnings: [String] { missingEntities + survey.finding.sentences(readModel: name) }

    /// Documents among the rejects that nobody accepted.
    private(set) var openDocuments = 0

    private let accepted: AcceptedRejects
    private let missingEntities: [String]
    private let projection: Projection
    private var survey: SourcePathSurvey
    private var shapesSeen: Set<SourceHash> = []
    private var newest: Int64?

    /// A read model of which no aggregate was seen yet.
    init(
        _ definition: ReadModelDefinition,
        records: RecordCounts,
        entities: [String],
        rejects: [Reject],
        accepted: AcceptedRejects
    ) throws(PipelineError) {
        do { projection = try Projection(definition: definition.document) } catch {
            throw PipelineError(error)
        }
        name = definition.name
        missingEntities =
            definition.missingEntities(among: entities)
            + (definition.hasNoEvent(among: entities)
                ? ["\(definition.name) would be empty: a run ends with 10 before it makes an index"] : [])
        self.records = records
        self.accepted = accepted
        survey = SourcePathSurvey(projection)
        for reject in rejects where reject.readModel == definition.name {
            self.rejects[reject.why, default: 0] += 1
        }
    }

    /// Counts one aggregate.
    mutating func take(_ snapshot: AggregateSnapshot) {
        survey.look(at: snapshot)
        noteTime(snapshot.time)
        guard snapshot.state == .live else {
            deleted += 1
            return
        }
        live += 1
        for word in snapshot.dirty { dirty[word, default: 0] += 1 }
        noteShape(snapshot)
        switch projection.project(snapshot) {
        case .absent(.deleted): break
        case .absent(.outsideWhere): outsideWhere += 1
        case .absent(.empty): empty += 1
        case .document: documents += 1
        case .reject(let why, _, let field):
            rejects[why, default: 0] += 1
            var reject = Reject(why: why)
            reject.key = projection.documentID(of: snapshot).string
            reject.readModel = name
            reject.field = field
            if !accepted.covers(reject) { openDocuments += 1 }
        }
    }

    private mutating func noteTime(_ time: JSONValue) {
        let milliseconds = time.asInt64 ?? time.asString.flatMap { Instant.milliseconds(iso: Array($0.utf8)) }
        newest = [newest, milliseconds].compactMap(\.self).max()
    }

    private mutating func noteShape(_ snapshot: AggregateSnapshot) {
        let state: JSONValue
        // What is no JSON here never left a fold; the projection would have the same trouble and say so.
        do { state = try JSONValue(parsing: snapshot.fields) } catch { return }
        let names = FieldPaths(of: state).map(\.path).joined(separator: "\n")
        shapesSeen.insert(SourceHash(of: Array(names.utf8)))
    }
}
