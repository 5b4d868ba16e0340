internal import Foundation
internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel

/// What a checkpoint says: the archive read so far, what was counted, and the runs that hold the states.
///
/// States hold numbers of names and of segments; both tables go with them.
struct FoldCheckpoint: Codable, Sendable {
    /// A segment that was begun.
    struct SegmentState: Codable, Sendable {
        var name: String
        /// What tells this version of it from another, hexadecimal.
        var identity: String
        var isDone: Bool
        var position: BlockPosition?
        /// The begin of a line whose end was not read yet.
        var carry: [UInt8]
        var lines: Int
        var bases: [Int]
    }
    struct EntityRecords: Codable, Sendable {
        var entity: String
        var records: FoldTally.Records
    }
    struct LaneRejects: Codable, Sendable {
        var lane: Int
        var entity: String
        var count: Int
    }
    /// Which fold the states belong to.
    var fold: String
    var generation: Int
    /// The number of shards, each of which has the runs that say so; nil in a record of an older refold.
    var shards: Int?
    var names: [String]
    /// In the order of their numbers.
    var segments: [SegmentState]
    var runs: [SpillRun]
    var blank: Int
    var events: Int
    var rejectedLines: Int
    var loneSurrogateLines: Int
    var cut: Int
    var records: [EntityRecords]
    var laneRejects: [LaneRejects]
    var rejects: [Reject]
    var marks: [EntityMark]
    var remarks: [String]
    var damages: [FoldDamage]
}

extension FoldCheckpoint {
    /// Reads a checkpoint; throws `pipeline.damaged`.
    init(parsing bytes: [UInt8]) throws(PipelineError) {
        do {
            self = try JSONDecoder().decode(FoldCheckpoint.self, from: Data(bytes))
        } catch {
            throw PipelineError(
                .damaged,
                "the checkpoint cannot be read",
                cause: "\(error)",
                fix: "run the same command with --fresh"
            )
        }
    }

    /// The bytes to keep.
    func encoded() throws(PipelineError) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(self))
        } catch {
            throw PipelineError(.fault, "the checkpoint cannot be written", cause: "\(error)")
        }
    }
}

extension FoldCheckpoint {
    /// What stands between two epochs of a pass.
    init(
        _ standing: FoldPass.Standing,
        _ pass: FoldPass,
        fold: String,
        generation: Int,
        runs: [SpillRun]
    ) {
        var segments: [(number: UInt32, state: SegmentState)] = []
        for (index, own) in standing.progress {
            let segment = pass.archive.segments[index]
            let state = SegmentState(
                name: segment.name,
                identity: segment.identity.hex,
                isDone: standing.done.contains(index),
                position: standing.open?.segment == index ? standing.open?.position : nil,
                carry: own.carry,
                lines: own.lines,
                bases: own.bases
            )
            segments.append((pass.numbers[index], state))
        }
        segments.sort { $0.number < $1.number }
        let tally = standing.tally
        self.init(
            fold: fold,
            generation: generation,
            shards: pass.shards.count,
            names: pass.plan.names.names.map(\.string),
            segments: segments.map(\.state),
            runs: runs,
            blank: tally.blank,
            events: tally.events,
            rejectedLines: tally.rejectedLines,
            loneSurrogateLines: tally.loneSurrogateLines,
            cut: tally.cut,
            records: zip(tally.entities, tally.records).map { EntityRecords(entity: $0.string, records: $1) },
            laneRejects: tally.laneRejects.flatMap { lane, entities in
                entities.map { LaneRejects(lane: lane, entity: $0.key.string, count: $0.value) }
            },
            rejects: standing.rejects,
            marks: standing.marks,
            remarks: standing.remarks,
            damages: standing.damages
        )
    }
}
