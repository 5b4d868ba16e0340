import Foundation
import Testing

@Suite(.startsProcesses) struct LockTests {
    /// A run that stands in its fold until the file `go` comes.
    private func withHolder(_ body: (Workplace, ChildProcess) async throws -> Void) async throws {
        try await Workplace.with(events: 200) { place in
            let go = place.folder.appending(path: "go").path
            let holder = try place.start(["run", Workplace.job], failpoint: "fold.before:wait=\(go)")
            do {
                try await eventually(within: .seconds(60), "the run folds") { place.has("go.reached") }
                try await body(place, holder)
                holder.signal(SIGCONT)
                try place.write("", to: "go")
                let told = try await Workplace.told(holder)
                #expect(told.status == 0, told.everything)
            } catch {
                holder.signal(SIGKILL)
                _ = try await holder.ended()
                throw error
            }
        }
    }

    /// Ends with 11 while the holder stands, so it did not wait for it, and says who holds what, in which state, since when.
    private func expectLocked(
        _ words: [String],
        _ place: Workplace,
        by holder: ChildProcess,
        _ subject: String
    ) async throws -> Told {
        let told = try await place.refold(words)
        #expect(holder.endIfAny == nil, "the holder ended first: \(told.output)\(told.remarks)")
        #expect(told.status == 11, told.everything)
        #expect(told.remarks.contains("error: another run holds \(subject)"), told.everything)
        let cause = told.remarks.firstMatch(of: #/process (\d+), run [0-9A-Z]{26}, in fold for \d+m\d+s/#)
        #expect(cause?.1 == "\(holder.id)", told.everything)
        return told
    }

    @Test func `a second run ends with 11 and names the holder, and works once the holder is done`()
        async throws
    {
        try await withHolder { place, holder in
            let told = try await expectLocked(["run", Workplace.job], place, by: holder, "alias clients")
            // Another state folder has locks of its own: the one beside the target's file holds.
            _ = try await expectLocked(
                ["run", Workplace.job, "--state-dir=other"],
                place,
                by: holder,
                "the target's file"
            )
            try place.write("", to: "go")
            #expect(try await holder.ended() == .exited(0))
            let next = try await place.type(try #require(told.follow))
            #expect(next.status == 0, next.everything)
        }
    }

    @Test func `a stopped holder keeps its lock, is told as stopped, and goes on when it is continued`()
        async throws
    {
        try await withHolder { place, holder in
            holder.signal(SIGSTOP)
            let told = try await expectLocked(["run", Workplace.job], place, by: holder, "alias clients")
            #expect(told.remarks.contains("stopped by a signal (SIGCONT continues it)"), told.everything)
        }
    }

    @Test func `of runners that start at once one works and the others end with 11`() async throws {
        try await Workplace.with(events: 200) { place in
            let go = place.folder.appending(path: "go").path
            let runners = try (0..<4).map { _ in
                try place.start(["run", Workplace.job], failpoint: "index.before:wait=\(go)")
            }
            try await eventually(within: .seconds(60), "all but one end") {
                runners.filter { $0.endIfAny != nil }.count == 3
            }
            try place.write("", to: "go")
            var ends: [ProcessEnd] = []
            for runner in runners { ends.append(try await runner.ended()) }
            #expect(ends.filter { $0 == .exited(0) }.count == 1, "\(ends)")
            #expect(ends.filter { $0 == .exited(11) }.count == 3, "\(ends)")
            #expect(try place.indices().count == 1)
        }
    }
}
