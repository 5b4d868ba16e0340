import RefoldBytes
import RefoldModel
import Testing

@Suite struct `The merge algebra` {
    @Test(arguments: 0..<10)
    func `gives random histories the state that folding them in order gives, whatever the grouping`(
        block: UInt64
    ) throws {
        for number in 0..<50 {
            let seed = block * 1000 + UInt64(number)
            var dice = ChangeDice(seed: seed)
            let history = dice.history(upTo: 10)
            let expected = SequentialFold(history)
            var fold = RegisterFold(keepsHistory: true)
            let state = try joined(history, &fold, &dice)
            let audited = fold.audited(state)
            let comment: Comment = "seed \(seed): \(history.map(\.line.string).joined(separator: "\n"))"
            #expect(audited.line == expected.line, comment)
            #expect(audited.notes == expected.notes, comment)
            if audited.line != expected.line { return }
        }
    }

    @Test(arguments: 100..<105)
    func `gives the same without the history of every key`(block: UInt64) throws {
        for number in 0..<50 {
            let seed = block * 1000 + UInt64(number)
            var dice = ChangeDice(seed: seed)
            let history = dice.history(upTo: 10)
            var audit = RegisterFold(keepsHistory: true)
            let expected = audit.snapshot(try joined(history, &audit, &dice))
            var fold = RegisterFold(keepsHistory: false)
            // Some states come twice, as after a resume: joining is idempotent.
            let again = history + history.filter { _ in dice.next().isMultiple(of: 3) }
            let snapshot = fold.snapshot(try joined(again, &fold, &dice))
            #expect(
                snapshot == expected,
                "seed \(seed): \(history.map(\.line.string).joined(separator: "\n"))"
            )
        }
    }

    @Test(arguments: 200..<205)
    func `gives the same bytes for every grouping and order`(block: UInt64) throws {
        for number in 0..<20 {
            let seed = block * 1000 + UInt64(number)
            var dice = ChangeDice(seed: seed)
            let history = dice.history(upTo: 8)
            var fold = RegisterFold(keepsHistory: true)
            let once = try joined(history, &fold, &dice)
            for _ in 0..<4 {
                let again = try joined(history, &fold, &dice)
                #expect(again == once, "seed \(seed)")
            }
        }
    }

    @Test func `knows every pair and triple of kinds, as copies and as neighbours, in every order`() throws {
        let kinds: [ChangeKind] = [.create, .delete, .gapCreate, .gapUpdate, .update]
        for first in kinds {
            for second in kinds {
                for third in kinds {
                    for orders in [[1, 1, 1], [1, 1, 2], [1, 2, 2], [1, 2, 3]] as [[Int64]] {
                        try check(
                            zip([first, second, third], orders).enumerated().map { Self.made($1.0, $1.1, $0) }
                        )
                    }
                }
            }
        }
    }

    /// An event whose leaves differ from those of the others.
    private static func made(_ kind: ChangeKind, _ number: Int64, _ place: Int) -> MadeChange {
        var change = MadeChange(kind: kind, number: number)
        change.body = [("F", .integer(place)), ("O", .object([ByteString("c\(place)"): 1]))]
        if place == 1 { change.changed = ["F", "0x1"] }
        return change
    }

    private func check(_ history: [MadeChange]) throws {
        let expected = SequentialFold(history)
        var fold = RegisterFold(keepsHistory: true)
        var made: [[UInt8]] = []
        for change in history {
            let state = fold.state(of: change)
            made.append(try #require(state))
        }
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let states = order.map { made[$0] }
            let toLeft = fold.combined(fold.combined(states[0], states[1]), states[2])
            let toRight = fold.combined(states[0], fold.combined(states[1], states[2]))
            #expect(toLeft == toRight)
            let audited = fold.audited(toLeft)
            let comment: Comment = "\(order): \(history.map(\.line.string).joined(separator: "\n"))"
            #expect(audited.line == expected.line, comment)
            #expect(audited.notes == expected.notes, comment)
        }
    }
}

/// The states of a history joined in a random order and grouping.
private func joined(
    _ history: [MadeChange],
    _ fold: inout RegisterFold,
    _ dice: inout ChangeDice
) throws -> [UInt8] {
    var states: [[UInt8]] = []
    for change in history.shuffled(using: &dice) {
        let state = fold.state(of: change)
        states.append(try #require(state))
    }
    while states.count > 1 {
        let place = Int.random(in: 0..<states.count - 1, using: &dice)
        let right = states.remove(at: place + 1)
        states[place] = fold.combined(states[place], right)
    }
    return try #require(states.first)
}
