internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel

/// Where a pass begins: at the beginning, or where a checkpoint stands.
struct FoldStart: Sendable {
    /// For each segment of the archive its number in the states.
    var numbers: [UInt32]
    /// The names of the numbered segments.
    var numbered: [FoldCheckpoint.SegmentState] = []
    var done: Set<Int> = []
    var resumption: BlockSource.Resumption?
    var progress: [Int: LineAssembler.Progress] = [:]
    var tally = FoldTally()
    var rejects: [Reject] = []
    var marks: [EntityMark] = []
    var remarks: [String] = []
    var damages: [FoldDamage] = []
    var runs: [SpillRun] = []
    /// How many shards the runs were written for; nil: they may hold any key.
    var shards: Int?
    /// What of an earlier run's states is used, or why nothing is, for people.
    var snapshotRemarks: [String] = []
    /// Of the next runs' files, so that none overwrites one that a checkpoint names.
    var generation = 0

    /// The beginning.
    init(_ archive: Archive) { numbers = archive.segments.indices.map { UInt32($0) } }

    /// Where a checkpoint stands; throws `pipeline.moved` when a segment it covers is gone or another.
    init(_ checkpoint: FoldCheckpoint, _ archive: Archive, names: NameTable) throws(PipelineError) {
        numbers = []
        let places = Dictionary(
            archive.segments.map { (ByteString($0.name), $0.index) },
            uniquingKeysWith: { first, _ in first }
        )
        var known: [Int: UInt32] = [:]
        for (number, begun) in checkpoint.segments.enumerated() {
            guard let index = places[ByteString(begun.name)] else { throw Self.moved(begun.name, "is gone") }
            guard archive.segments[index].identity.hex == begun.identity else {
                throw Self.moved(begun.name, "is not the file that was read")
            }
            known[index] = UInt32(number)
            resume(begun, at: index)
        }
        var next = UInt32(checkpoint.segments.count)
        for index in archive.segments.indices {
            if let number = known[index] {
                numbers.append(number)
            } else {
                numbers.append(next)
                next += 1
            }
        }
        for name in checkpoint.names { _ = names.number(of: ByteString(name)) }
        takeCounts(checkpoint)
        runs = checkpoint.runs
        shards = checkpoint.shards
        generation = checkpoint.generation + 1
    }

    private mutating func resume(_ begun: FoldCheckpoint.SegmentState, at index: Int) {
        var own = LineAssembler.Progress()
        own.carry = begun.carry
        own.lines = begun.lines
        own.bases = begun.bases
        if begun.isDone {
            done.insert(index)
            own.isComplete = true
        } else if var position = begun.position {
            position.segment = index
            own.next = position.ordinal + 1
            resumption = BlockSource.Resumption(segment: index, position: position)
        }
        progress[index] = own
    }

    private mutating func takeCounts(_ checkpoint: FoldCheckpoint) {
        tally.blank = checkpoint.blank
        tally.events = checkpoint.events
        tally.rejectedLines = checkpoint.rejectedLines
        tally.loneSurrogateLines = checkpoint.loneSurrogateLines
        tally.cut = checkpoint.cut
        for entry in checkpoint.records {
            let place = tally.place(of: ByteString(entry.entity))
            tally.count(place) { $0 = entry.records }
        }
        for entry in checkpoint.laneRejects {
            tally.laneRejects[entry.lane, default: [:]][ByteString(entry.entity)] = entry.count
        }
        rejects = checkpoint.rejects
        marks = checkpoint.marks
        remarks = checkpoint.remarks
        damages = checkpoint.damages
    }

    private static func moved(_ name: String, _ what: String) -> PipelineError {
        PipelineError(
            .moved,
            "a segment that the checkpoint covers \(what)",
            place: name,
            fix: "restore it, or start over with --fresh"
        )
    }
}
