internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel
internal import Synchronization

extension FoldPass {
    /// Everything that a checkpoint or a result is made of; true between epochs.
    struct Standing: Sendable {
        var progress: [Int: LineAssembler.Progress]
        var done: Set<Int>
        var open: BlockSource.Resumption?
        var tally: FoldTally
        var rejects: [Reject]
        var marks: [EntityMark]
        var remarks: [String]
        var damages: [FoldDamage]
        /// Line ends and last lines, counted apart from what became of the lines.
        var lines: Int
    }

    /// What stands now.
    var standing: Standing {
        let open = source.withLock { source in
            source.openSegment.flatMap { segment in
                source.position.map { BlockSource.Resumption(segment: segment, position: $0) }
            }
        }
        return assembly.withLock { state in
            Standing(
                progress: state.assembler.progress,
                done: state.done,
                open: open,
                tally: state.tally,
                rejects: state.rejects,
                marks: state.marks,
                remarks: state.remarks,
                damages: state.damages,
                lines: state.assembler.progress.values.reduce(0) { $0 + $1.lines }
            )
        }
    }
}

extension FoldPass {
    /// The segment's path and the line's number from 1 of a place.
    func source(of place: LinePlace) -> (segment: String, line: Int?)? {
        guard let segment = numbers.firstIndex(of: place.segment) else { return nil }
        return (
            archive.segments[segment].name,
            assembly.withLock { $0.assembler.lineNumber(place, segment: segment) }
        )
    }

    /// The reject of one event of a history.
    func reject(
        _ rejection: HistoryLane.Rejection,
        entity: ByteString,
        id: ByteString,
        readModel: Int
    ) -> Reject {
        var reject = Reject(why: rejection.reject.why.rawValue)
        let source = source(of: rejection.place)
        reject.segment = source?.segment
        reject.line = source?.line
        reject.key = "\(entity)#\(id)"
        reject.readModel = plan.readModels[readModel].name
        reject.detail = rejection.reject.detail
        reject.field = rejection.reject.field
        reject.sha256 = SHA256.digest(of: rejection.line.bytes).hex
        return reject
    }
}
