internal import RefoldBytes
internal import RefoldModel

/// What reading lines counted and set aside; tallies of parts add up to the whole's.
struct FoldTally: Sendable {
    /// The record ids of one entity.
    struct Records: Sendable, Codable, Equatable {
        var ids = 0
        var marked = 0
        var rejected = 0
        var cut = 0
    }
    /// A reject whose line is known within its block.
    struct PlacedReject: Sendable {
        var line: UInt64
        var record: Int?
        var key: ByteString?
        var lane: Int?
        var entity: ByteString
        var why: RejectWord
        var detail: String?
        var sha256: String
    }
    var blank = 0
    var events = 0
    var rejectedLines = 0
    var loneSurrogateLines = 0
    /// Events that as-of cut, by record ids.
    var cut = 0
    private(set) var entities: [ByteString] = []
    private(set) var records: [Records] = []
    private var places: [ByteString: Int] = [:]
    private var latest = 0
    /// Record ids that an upcaster of a lane set aside, by lane and entity.
    var laneRejects: [Int: [ByteString: Int]] = [:]
    var rejects: [PlacedReject] = []
    var marks: [EntityMark] = []

    /// The place of an entity's counts.
    ///
    /// Complexity: one comparison when the entity is that of the event before.
    mutating func place(of entity: ByteString) -> Int {
        if latest < entities.count, entities[latest] == entity { return latest }
        if let known = places[entity] {
            latest = known
            return known
        }
        latest = entities.count
        places[entity] = latest
        entities.append(entity)
        records.append(Records())
        return latest
    }

    /// Counts of one entity, changed in place.
    mutating func count(_ place: Int, _ change: (inout Records) -> Void) { change(&records[place]) }

    /// Adds the counts of another tally; rejects and marks are the caller's.
    mutating func add(_ other: FoldTally) {
        blank += other.blank
        events += other.events
        rejectedLines += other.rejectedLines
        loneSurrogateLines += other.loneSurrogateLines
        cut += other.cut
        for (index, entity) in other.entities.enumerated() {
            let place = place(of: entity)
            records[place].ids += other.records[index].ids
            records[place].marked += other.records[index].marked
            records[place].rejected += other.records[index].rejected
            records[place].cut += other.records[index].cut
        }
        for (lane, entities) in other.laneRejects {
            for (entity, count) in entities { laneRejects[lane, default: [:]][entity, default: 0] += count }
        }
    }
}
