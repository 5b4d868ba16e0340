/// The made records and the lines that tell of them, one after another.
struct MadeHistory: Sendable {
    private struct Line: Sendable {
        var text: String
        var entity: String
        var time: Int
    }

    /// Lines written so far.
    private(set) var lines = 0
    private var random: SplitMix64
    private var world: MadeWorld
    private var heldBack: [Line] = []
    private var recent: [Line] = []

    /// A history that begins.
    init(seed: UInt64, aggregates: Int) {
        random = SplitMix64(seed: seed)
        world = MadeWorld(seed: seed, aggregates: aggregates)
    }

    /// Whether a line waits to come late.
    var hasHeldBack: Bool { !heldBack.isEmpty }

    /// Writes the next line; late ones come out while lines for them remain.
    mutating func write(to writer: inout SegmentWriter, remaining: Int) throws(ArchiveError) {
        let line = next(remaining: remaining)
        try writer.append(line: line.text, entity: line.entity, time: line.time)
        lines += 1
    }

    private mutating func next(remaining: Int) -> Line {
        if !heldBack.isEmpty, remaining <= heldBack.count || random.once(in: 8) {
            return heldBack.removeFirst()
        }
        if !recent.isEmpty, random.once(in: 100) { return random.pick(recent) }
        let line = make()
        guard remaining > heldBack.count + 1, heldBack.count < 4, random.once(in: 60) else { return line }
        heldBack.append(line)
        return make()
    }

    private mutating func make() -> Line {
        let (event, object) = world.event(&random)
        let text = MadeEnvelope.draw(&random).line(event, of: object, &random)
        let line = Line(text: text, entity: event.entity, time: event.commitTimestamp)
        if recent.count < 64 { recent.append(line) } else { recent[random.below(64)] = line }
        return line
    }
}
