internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel

/// A bad frame that salvage left out, with all that follows in its segment.
struct FoldDamage: Sendable, Codable, Hashable {
    var segment: String
    var frame: Int
    var offset: Int64
}

/// What the results of blocks add up to, in the order of lines where order matters.
struct FoldAssembly: Sendable {
    var assembler = LineAssembler()
    var tally = FoldTally()
    var rejects: [Reject] = []
    var marks: [EntityMark] = []
    var remarks: [String] = []
    var damages: [FoldDamage] = []
    var done: Set<Int> = []
    var decodedBytes = 0
}

extension FoldAssembly {
    mutating func take(_ result: BlockResult, _ segment: Int, _ pass: FoldPass) -> [LineAssembler.CutLine] {
        decodedBytes += result.decodedBytes
        let made = assembler.take(result, segment: segment, number: pass.numbers[segment])
        for block in made.inOrder {
            let place = LinePlace(
                segment: pass.numbers[segment],
                block: UInt32(block.position.ordinal),
                line: 0
            )
            add(block.tally, at: place, segment, pass)
        }
        return made.lines
    }

    mutating func end(
        _ segment: Int,
        _ pass: FoldPass,
        blocks: Int,
        damage: SegmentReader.Damage?
    ) -> [LineAssembler.CutLine] {
        done.insert(segment)
        if let damage {
            let name = pass.archive.segments[segment].name
            remarks.append(
                "\(name): frame \(damage.frame) at byte \(grouped(damage.compressedOffset)) is damaged (\(damage.cause)); "
                    + "it and what follows in this segment was left out"
            )
            damages.append(FoldDamage(segment: name, frame: damage.frame, offset: damage.compressedOffset))
        }
        return assembler.end(
            segment: segment,
            number: pass.numbers[segment],
            blocks: blocks,
            isDamaged: damage != nil
        )
    }

    /// Adds a tally whose rejects stand at places of one block.
    mutating func add(_ other: FoldTally, at place: LinePlace, _ segment: Int, _ pass: FoldPass) {
        tally.add(other)
        marks += other.marks
        for placed in other.rejects {
            var here = place
            here.line = placed.line
            var reject = Reject(why: placed.why.rawValue)
            reject.segment = pass.archive.segments[segment].name
            reject.line = assembler.lineNumber(here, segment: segment)
            reject.record = placed.record
            reject.key = placed.key?.string
            reject.entity = placed.entity.isEmpty ? nil : placed.entity.string
            reject.detail = placed.detail
            reject.sha256 = placed.sha256
            guard let lane = placed.lane else {
                rejects.append(reject)
                continue
            }
            for model in pass.plan.readModels(of: lane, taking: placed.entity) {
                reject.readModel = model
                rejects.append(reject)
            }
        }
    }
}
