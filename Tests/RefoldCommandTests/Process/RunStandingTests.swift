import Foundation
import RefoldBytes
import Testing

/// What `status`, `runs`, `rollback` and `prune` say of a run that is under way, was killed, or swapped in part.
@Suite(.startsProcesses) struct RunStandingTests {
    private static let target = "apiVersion: refold/v1\nkind: Target\nname: prod\nembedded: m/x.db\n"

    /// A place with a Target file beside the job.
    private func withPlace(
        readModels: [String] = ["clients"],
        _ body: (Workplace) async throws -> Void
    ) async throws {
        try await Workplace.with(events: 300, readModels: readModels) { place in
            try place.write(Self.target, to: "prod.yaml")
            try await body(place)
        }
    }

    private func running(_ place: Workplace, _ words: [String]) async throws -> JSONValue? {
        try await place.json(words)["run"]?["running"]
    }

    @Test
    func `a run that works is told from one that was killed; from elsewhere the second cannot be known`()
        async throws
    {
        try await withPlace { place in
            let go = place.folder.appending(path: "go").path
            let run = try place.start(["run", Workplace.job], failpoint: "settle.before:wait=\(go)")
            do {
                try await eventually(within: .seconds(60), "the run settles") { place.has("go.reached") }
                let status = try await place.refold(["status", Workplace.job])
                #expect(status.output.contains("  settle, running\n"), status.everything)
                #expect(status.output.contains("by       process \(run.id), run "), status.everything)
                #expect(status.follow == nil, status.everything)
                #expect(try await running(place, ["status", Workplace.job]) == true)
                #expect(try await running(place, ["status", "--target=prod.yaml"]) == true)
                let back = try await place.refold(["rollback", Workplace.job])
                #expect(back.status == 64, back.everything)
                #expect(back.remarks.contains("has not swapped, there is nothing to roll back"))
                #expect(back.remarks.contains(" cause: it is at work: process \(run.id), "), back.everything)
            } catch {
                run.signal(SIGKILL)
                _ = try await run.ended()
                throw error
            }
            run.signal(SIGKILL)
            #expect(try await run.ended() == .killed(SIGKILL))

            #expect(try await running(place, ["status", "--target=prod.yaml"]) == .null)
            let elsewhere = try await place.refold(["status", "--target=prod.yaml"])
            #expect(
                elsewhere.output.contains("building, running or not is unknown here"),
                elsewhere.everything
            )
            #expect(try await running(place, ["status", Workplace.job]) == false)
            let runs = try await place.refold(["runs", Workplace.job])
            #expect(runs.output.contains("  settle, interrupted "), runs.everything)
            #expect(runs.follow == "refold run \(Workplace.job)", runs.everything)
            let status = try await place.refold(["status", Workplace.job])
            #expect(status.output.contains("  settle, interrupted\n"), status.everything)
            let told = try await place.follow(status)
            #expect(told.output.contains("plan → swapped"), told.everything)
        }
    }

    @Test func `the command that goes on has the run's options and works from another folder`() async throws {
        try await withPlace { place in
            let set = ["--set", "replay.checkpointEvery=45s", "--state-dir=state"]
            let killed = try await place.run(set, failpoint: "index.after-load")
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            let status = try await place.type("cd m && refold status --state-dir=../state")
            let next = try #require(status.follow, status.everything)
            #expect(next.hasPrefix("(cd ") && next.contains(" && refold run m/job.yaml "), status.everything)
            let told = try await place.type("cd m && \(next)")
            #expect(told.status == 0, told.everything)
            #expect(try place.indices().count == 1)
        }
    }

    @Test(arguments: ["fold.before", "index.after-load"])
    func `before a first swap a rollback says that there is nothing to roll back, by job, run and alias`(
        point: String
    ) async throws {
        try await withPlace { place in
            let none = try await place.refold(["rollback", Workplace.job])
            #expect(none.status == 64, none.everything)
            #expect(none.remarks.contains("job nightly has no run"), none.everything)
            #expect(none.remarks.contains("`refold run \(Workplace.job)` makes one"), none.everything)

            #expect(try await place.run(failpoint: point).end == .killed(SIGKILL))
            let state = "--state-dir=m/.refold"
            for words in [[Workplace.job], ["clients", state]] {
                let told = try await place.refold(["rollback"] + words)
                #expect(told.status == 64, told.everything)
                #expect(told.remarks.contains("[pipeline.refused]"), told.everything)
                #expect(told.remarks.contains("has not swapped, there is nothing to roll back"))
                #expect(told.remarks.contains(" cause: it was killed in phase "), told.everything)
                let fix = try #require(told.remarks.firstMatch(of: #/fix: +`([^`]+)` shows it/#))
                #expect(try await place.type(String(fix.1)).status == 0, told.everything)
            }
            #expect(try await place.run().status == 0)
        }
    }

    /// Regression: the line took back one alias of several that were swapped together.
    @Test func `a ready run has nothing to roll back, and what serves is named with the line that leaves it`()
        async throws
    {
        try await withPlace(readModels: ["clients", "projects"]) { place in
            for _ in 0..<2 { #expect(try await place.run().status == 0) }
            let left = [try place.serving(), try place.serving("projects")]
            let ready = try await place.run(["--set", "cutover.mode=manual"])
            #expect(ready.output.contains("plan → ready"), ready.everything)
            let told = try await place.refold(["rollback", Workplace.job])
            #expect(told.status == 64, told.everything)
            #expect(told.remarks.contains(" cause: it ended ready"), told.everything)
            let fix = try #require(
                told.remarks.firstMatch(of: #/what serves now is run \w+: `([^`]+)` takes its aliases back/#)
            )
            let back = try await place.type(String(fix.1))
            #expect(back.status == 0, back.everything)
            #expect(try place.serving() != left[0])
            #expect(try place.serving("projects") != left[1])
        }
    }

    @Test func `after a rollback of one alias status and runs tell which aliases the run still serves`()
        async throws
    {
        try await withPlace(readModels: ["clients", "projects"]) { place in
            for _ in 0..<2 { #expect(try await place.run().status == 0) }
            let back = try await place.refold(["rollback", "clients", "--state-dir=m/.refold"])
            #expect(back.status == 0, back.everything)
            let status = try await place.refold(["status", Workplace.job])
            #expect(
                status.output.contains("  swapped, serving projects, no longer clients\n"),
                status.everything
            )
            let run = try await place.json(["status", Workplace.job])["run"]
            #expect(run?["serving"] == false)
            #expect(run?["served"] == ["projects"])
            #expect(run?["notServed"] == ["clients"])
            for words in [["runs", Workplace.job], ["runs", "--target=prod.yaml"]] {
                let runs = try await place.refold(words)
                #expect(runs.output.contains("serving in part"), runs.everything)
                #expect(!runs.output.contains("serving, serving"), runs.everything)
            }
        }
    }

    /// Regression: `run the job again` was the advice, and the hold would have stopped that run with 5.
    @Test
    func `a second rollback says that it was done, that no older index is there, and how the hold ends`()
        async throws
    {
        try await withPlace { place in
            #expect(try await place.run().status == 0)
            let state = ["--state-dir=m/.refold"]
            let first = try await place.refold(["rollback", "clients"] + state)
            #expect(first.status == 64, first.everything)
            #expect(first.remarks.contains("cannot go back: there is no older index"), first.everything)

            #expect(try await place.run().status == 0)
            let new = try place.serving()
            for by in 0..<2 {
                #expect(try await place.refold(["rollback", "clients"] + state).status == 0)
                let again = try await place.refold(["rollback", "clients"] + state)
                #expect(again.status == 64, again.everything)
                #expect(again.remarks.contains("was rolled back already: there is no older index"))
                #expect(again.remarks.contains(" cause: held since "), again.everything)
                let lines = again.remarks.matches(of: #/`(refold [^`]+)`/#).map { String($0.1) }
                #expect(lines.count == 2, again.everything)
                // By turns the cut-over, and the release with a run after it.
                let told = try await place.type(lines[by])
                #expect(told.status == 0, told.everything)
                if by == 0 { #expect(try place.serving() == new) }
            }
            #expect(try await place.run().status == 0)
        }
    }

    @Test func `prune tells half-built indices: an abandoned run's goes, that of a run that may go on stays`()
        async throws
    {
        try await withPlace { place in
            #expect(try await place.run(failpoint: "index.after-load").end == .killed(SIGKILL))
            let left = try #require(try place.indices().first)
            let kept = try await place.refold(["prune", Workplace.job])
            #expect(kept.status == 0, kept.everything)
            #expect(kept.output.contains("kept: \(left) (half built by run "), kept.everything)
            #expect(kept.output.contains("which stands at index and may go on)\n"), kept.everything)

            let fresh = try await place.run(["--fresh"], failpoint: "retire.before-delete")
            #expect(fresh.end == .killed(SIGKILL), fresh.everything)
            let reason = "\(left) (half built by run "
            let rehearsal = try await place.refold(["prune", Workplace.job, "--dry-run"])
            #expect(rehearsal.output.hasPrefix("would delete: \(reason)"), rehearsal.everything)
            #expect(rehearsal.output.contains("which was abandoned: another run took its place)\n"))
            let alone = try await place.refold(["prune", "--target=prod.yaml", "--dry-run"])
            #expect(alone.output.hasPrefix("kept: \(reason)"), alone.everything)
            let json = try await place.json(["prune", Workplace.job])
            #expect(json["deleted"]?.asArray == [.text(left)])
            #expect(json["reasons"]?.asArray?.first?["reason"]?.asString?.contains("abandoned") == true)
            #expect(try place.indices() == [])
        }
    }
}
