import RefoldBytes
import RefoldIndex
import RefoldModel
import Synchronization
import Testing

/// What every target with aliases does when aliases move.
@Suite struct SwapConformance {
    private func settled(
        _ name: String,
        on target: any IndexTarget,
        run: String = "run-1",
        documents: Int = 1
    ) async throws -> IndexIdentity {
        let index = try await target.create(.made(name, run: run))
        _ = try await target.load(batch((0..<documents).map { ("\($0)", 1, #"{"n":1}"#) }), into: index)
        _ = try await target.settle(index, forceMerge: nil)
        return index
    }

    @Test(arguments: try TargetKind.judges())
    func `an alias is made, moved, found moved already, and removed`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let first = try await settled("clients-v1-a", on: target)
            let second = try await settled("clients-v1-b", on: target)
            let make = [AliasSwap(alias: "clients", from: nil, to: first)]
            #expect(try await target.swap(make) == .swapped)
            #expect(try await target.swap(make) == .alreadyDone)
            let move = [AliasSwap(alias: "clients", from: first.name, to: second)]
            #expect(try await target.swap(move) == .swapped)
            #expect(try await target.swap(move) == .alreadyDone)
            #expect(try await target.describe(prefix: "clients").aliases == ["clients": [second.name]])
            let remove = [AliasSwap(alias: "clients", from: second.name, to: nil)]
            #expect(try await target.swap(remove) == .swapped)
            #expect(try await target.swap(remove) == .alreadyDone)
            #expect(try await target.describe(prefix: "clients").aliases == [:])
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an alias that points elsewhere is not moved`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let first = try await settled("clients-v1-a", on: target)
            let second = try await settled("clients-v1-b", on: target)
            let third = try await settled("clients-v1-c", on: target)
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: first)])
            #expect(
                try await target.swap([AliasSwap(alias: "clients", from: second.name, to: third)])
                    == .moved(alias: "clients", pointsAt: [first.name])
            )
            #expect(
                try await target.swap([AliasSwap(alias: "clients", from: nil, to: third)])
                    == .moved(alias: "clients", pointsAt: [first.name])
            )
            #expect(
                try await target.swap([AliasSwap(alias: "other", from: first.name, to: third)])
                    == .moved(alias: "other", pointsAt: [])
            )
            #expect(try await target.describe(prefix: "").aliases == ["clients": [first.name]])
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a concrete index under the alias's name is not replaced`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            _ = try await settled("clients", on: target)
            let index = try await settled("clients-v1-a", on: target)
            #expect(
                try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
                    == .occupied(alias: "clients")
            )
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `several aliases move together or not at all`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let clients = try await settled("clients-v1-a", on: target)
            let projects = try await settled("projects-v1-a", on: target)
            #expect(
                try await target.swap([
                    AliasSwap(alias: "clients", from: nil, to: clients),
                    AliasSwap(alias: "projects", from: "projects-v0-a", to: projects),
                ]) == .moved(alias: "projects", pointsAt: [])
            )
            #expect(try await target.describe(prefix: "").aliases == [:])
            let both = [
                AliasSwap(alias: "clients", from: nil, to: clients),
                AliasSwap(alias: "projects", from: nil, to: projects),
            ]
            #expect(try await target.swap(both) == .swapped)
            #expect(try await target.swap(both) == .alreadyDone)
            #expect(
                try await target.describe(prefix: "").aliases == [
                    "clients": [clients.name], "projects": [projects.name],
                ]
            )
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `of two who swap from the same place one wins`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let first = try await settled("clients-v1-a", on: target)
            let second = try await settled("clients-v1-b", on: target)
            let third = try await settled("clients-v1-c", on: target)
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: first)])
            let other = try another()
            async let one = target.swap([AliasSwap(alias: "clients", from: first.name, to: second)])
            async let two = other.swap([AliasSwap(alias: "clients", from: first.name, to: third)])
            let outcomes = try await [one, two]
            #expect(outcomes.filter { $0 == .swapped }.count == 1)
            let winner = outcomes[0] == .swapped ? second : third
            #expect(outcomes.contains(.moved(alias: "clients", pointsAt: [winner.name])))
            #expect(try await target.describe(prefix: "").aliases == ["clients": [winner.name]])
            try await other.close()
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a reader who polls while the alias moves always sees one index`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let first = try await settled("clients-v1-a", on: target, documents: 1)
            let second = try await settled("clients-v1-b", on: target, documents: 1)
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: first)])
            let reader = try another()
            // Not by cancelling: that would end the request that is under way.
            let isOver = Atomic(false)
            async let polling = {
                var seen: Set<[String]> = []
                while !isOver.load(ordering: .acquiring) {
                    seen.insert(try await reader.describe(prefix: "clients").aliases["clients"] ?? [])
                }
                return seen
            }()
            var here = first
            var there = second
            for _ in 0..<20 {
                let outcome = try await target.swap([AliasSwap(alias: "clients", from: here.name, to: there)])
                #expect(outcome == .swapped)
                (here, there) = (there, here)
            }
            isOver.store(true, ordering: .releasing)
            #expect(try await polling.isSubset(of: [[first.name], [second.name]]))
            try await reader.close()
        }
    }
}
