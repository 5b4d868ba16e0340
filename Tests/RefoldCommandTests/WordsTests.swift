import RefoldBytes
import RefoldCommand
import Testing

@Suite struct WordsTests {
    @Test(
        arguments: [
            ("rnu", "run"), ("pln", "plan"), ("valdiate", "validate"), ("stat", "status"),
            ("roll", "rollback"),
            ("rejects lst", "rejects list"), ("archive verfy", "archive verify"), ("archvie list", "archive"),
            ("frobnicate", nil), ("migrat", "migrate"), ("RUN", "run"),
        ] as [(String, String?)]
    )
    func `a mistyped verb gets the nearest one`(typed: String, nearest: String?) async {
        let console = await Console(typed.split(separator: " ").map(String.init))
        #expect(console.status == 64)
        #expect(console.output.isEmpty)
        let fix = nearest.map { "did you mean `\($0)`?" }
        if let fix {
            #expect(console.remarks.contains(fix))
        } else {
            #expect(console.remarks.contains("lists the verbs"))
        }
        #expect(console.remarks.contains(" usage: refold VERB"))
    }

    @Test(arguments: VerbTable.notBuilt.sorted())
    func `a verb of a later version says that it is not built yet`(name: String) async {
        let console = await Console(name.split(separator: " ").map(String.init) + ["x"])
        #expect(console.status == 64)
        #expect(console.remarks.hasPrefix("error: `\(name)` is not built yet"))
        #expect(console.remarks.contains("[command.not_built]"))
    }

    @Test func `no verb, a group alone and an option before the verb are wrong uses`() async {
        #expect(await Console([]).status == 64)
        let group = await Console(["rejects"])
        #expect(group.status == 64)
        #expect(group.remarks.contains("`refold help rejects` lists them"))
        let early = await Console(["-o", "json", "runs"])
        #expect(early.remarks.hasPrefix("error: the verb comes before `-o`"))
        #expect(early.status == 64)
    }

    @Test func `an ambiguous or distant word gets no suggestion, an empty one none`() {
        #expect(nearestWord(to: "", among: ["a"]) == nil)
        #expect(nearestWord(to: "xyz", among: ["run", "plan"]) == nil)
        #expect(nearestWord(to: "ab", among: ["ba"]) == "ba")
        #expect(nearestWord(to: "a", among: ["ab"]) == nil)
        #expect(nearestWord(to: "abcdef", among: ["abdcef", "abcdeg"]) == "abdcef")
    }

    @Test func `every kind of failure has its exit status`() {
        let table: [(FailureKind, Int32)] = [
            (.internalFault, 1), (.rejectsOverBudget, 3), (.verificationFailed, 4), (.notSwapped, 5),
            (.archiveRefused, 10), (.locked, 11), (.notPermitted, 12), (.targetUnavailable, 13), (.moved, 14),
            (.localExhausted, 15), (.swapAmbiguous, 16), (.usage, 64), (.interrupted, 143),
        ]
        #expect(Set(table.map(\.0)) == Set(FailureKind.allCases))
        for (kind, status) in table { #expect(ExitStatus(kind).rawValue == status, "\(kind)") }
        #expect(ExitStatus(.interrupted, signal: 2).rawValue == 130)
        #expect(ExitStatus(.interrupted, signal: 15).rawValue == 143)
    }

    @Test func `exit statuses are those of the interface, with one word each`() {
        #expect(
            ExitStatus.allCases.map(\.rawValue) == [
                0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16, 64, 130, 143,
            ]
        )
        #expect(Set(ExitStatus.allCases.map(\.word)).count == ExitStatus.allCases.count)
        let retried = ExitStatus.allCases.filter { [.retry, .retryWithRoom].contains($0.advice) }
        #expect(retried.map(\.rawValue) == [1, 11, 13, 15, 130, 143])
    }
}
