import RefoldBytes
import RefoldModel

/// Draws histories from small alphabets, so that copies, ties, gaps, deletes and diffs meet often.
struct ChangeDice: RandomNumberGenerator {
    private var bits: UInt64

    init(seed: UInt64) { bits = seed }

    mutating func next() -> UInt64 {
        bits &+= 0x9E37_79B9_7F4A_7C15
        var value = bits
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    private mutating func isTrue(onceIn times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    mutating func history(upTo count: Int) -> [MadeChange] {
        (0..<Int.random(in: 1...count, using: &self)).map { _ in change() }
    }

    mutating func change() -> MadeChange {
        let kinds: [ChangeKind] = [
            .create, .delete, .gapDelete, .snapshot, .undelete, .gapCreate, .gapUndelete, .gapUpdate, .update,
            .update,
            .update, .update, .update, .update,
        ]
        var change = MadeChange(kind: one(of: kinds))
        change.timestamp = one(of: [1000, 2000])
        change.number = one(of: [0, 1])
        change.transaction = one(of: ["", "t", "t", "u"])
        change.sequence = one(of: [0, 1])
        change.envelopeID = one(of: ["e", "f"])
        for name in ["F", "G"] where !isTrue(onceIn: 3) { change.body.append((name, value())) }
        if isTrue(onceIn: 2) { change.nulled = isTrue(onceIn: 2) ? [] : names() }
        if isTrue(onceIn: 2) { change.changed = names() }
        if isTrue(onceIn: 2) { change.diffs = isTrue(onceIn: 4) ? ["0x1"] : ["F"] }
        return change
    }

    private mutating func names() -> [String] {
        if isTrue(onceIn: 8) { return ["0x3"] }
        return (0..<Int.random(in: 0...3, using: &self)).map { _ in
            one(of: ["F", "G", "F.c", "F.d", "G.c", "F.c.x"])
        }
    }

    private mutating func value() -> JSONValue {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: return .null
        case 1: return one(of: [.number("1"), .number("1.0"), .bool(true), "z"])
        case 2: return .text(one(of: MadeDiff.texts))
        case 3: return .text(diff())
        case 4: return ["diff": .text(diff())]
        case 5: return .array([.null, .number("2")])
        default:
            var object = JSONObject()
            for name: ByteString in ["c", "d"] where !isTrue(onceIn: 3) {
                object[name] = one(of: [.null, .number("1"), "x", ["deep": .null]])
            }
            return .object(object)
        }
    }

    private mutating func diff() -> String {
        if isTrue(onceIn: 6) { return "--- \n+++ 00\n@@ -1,1 +1,1 @@\n-one\n+none" }
        return MadeDiff.text(
            from: Int.random(in: 0...2, using: &self),
            to: Int.random(in: 0...2, using: &self)
        )
    }
}
