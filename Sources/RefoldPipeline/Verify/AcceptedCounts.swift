import RefoldBytes
import RefoldModel

/// How many rejects of each sum somebody accepted.
struct AcceptedCounts: Sendable, Hashable {
    /// Lines of the archive.
    private(set) var lines = 0
    /// Record ids, by read model.
    private(set) var records: [String: Int] = [:]
    /// Documents, by read model.
    private(set) var documents: [String: Int] = [:]

    /// None.
    init() {}

    /// Puts each accepted reject where its sum counts it.
    init(_ rejects: [Reject], _ accepted: AcceptedRejects, of readModels: [ReadModelDefinition]) {
        for reject in rejects where accepted.covers(reject) {
            switch (reject.readModel, reject.segment, reject.record) {
            case (let readModel?, nil, _): documents[readModel, default: 0] += 1
            case (let readModel?, _, _): records[readModel, default: 0] += 1
            case (nil, _, nil): lines += 1
            case (nil, _, _):
                // One id of an event, before any read model had a say: it counts for all that take the entity.
                let entity = ByteString(reject.entity ?? "")
                for readModel in readModels {
                    let taken = readModel.aggregate.entities
                    if taken.isEmpty || taken.contains(entity) { records[readModel.name, default: 0] += 1 }
                }
            }
        }
    }
}
