import RefoldBytes
import RefoldModel
import Testing

@testable import RefoldPipeline

@Suite struct GateTests {
    @Test func `of several failed gates the first in the order of exits decides`() {
        let order: [GateName] = [.moved, .digest, .rejects, .held]
        for (place, name) in order.enumerated() {
            let failed = order[place...].reversed().map { GateResult($0, .failed, "") }
            #expect(failed.decisive?.name == name)
        }
        #expect([GateResult(.gaps, .reported, ""), GateResult(.sums, .passed, "")].decisive == nil)
    }

    @Test(arguments: [(0, nil, "passed"), (3, nil, "reported"), (3, 3, "passed"), (4, 3, "failed")])
    func `gaps are reported without a budget and refused over it`(found: Int, budget: Int?, state: String) {
        let gaps = BudgetGates.judgeGaps(readModel: "m", Self.gaps(found), budget: budget)
        #expect(gaps.state.rawValue == state)
        #expect(BudgetGates.judgeMarks(found: found, budget: budget).state.rawValue == state)
    }

    @Test func `a gap says in one sentence what it is, what the document may lack and what ends it`() {
        let one = BudgetGates.judgeGaps(readModel: "m", Self.gaps(1), budget: nil).detail
        #expect(
            one
                == "1 live aggregate has a gap: the source sent a change without its data, so the document may lack "
                + "it; a SNAPSHOT event of the record, appended, ends the gap"
        )
        let some = BudgetGates.judgeGaps(readModel: "m", Self.gaps(7, written: 5), budget: nil).detail
        #expect(some.contains("the document may lack it; 2 of them have no document; a SNAPSHOT event"))
        let over = BudgetGates.judgeMarks(found: 1234, budget: 1000).detail
        #expect(
            over.hasPrefix(
                "1,234 events mark a whole entity, the budget is 1,000: the source left changes out"
            )
        )
        #expect(
            BudgetGates.judgeGaps(readModel: "m", Self.gaps(0), budget: nil).detail
                == "0 live aggregates have a gap"
        )
    }

    private static func gaps(_ found: Int, written: Int? = nil) -> DocumentSums {
        var sums = DocumentSums()
        (sums.gaps, sums.writtenGaps) = (found, written ?? found)
        return sums
    }

    @Test func `the counts of gates are grouped`() {
        var lines = LineCounts()
        (lines.lines, lines.events) = (5_000, 5_000)
        #expect(SumsGate.judge(lines: lines).detail == "lines 5,000 = blank 0 + events 5,000 + rejected 0")
        #expect(
            CountGate.judge(readModel: "m", found: 2_133_823, expected: 2_133_823).detail
                == "2,133,823 documents"
        )
        let share = ShareGate.judge(readModel: "m", found: 1_000, serving: 9_000, share: 0.9)
        #expect(share.detail == "1,000 documents, 9,000 serve; the least share is 0.9")
    }

    @Test(arguments: [(90, 100, "passed"), (89, 100, "failed"), (0, 0, "skipped")])
    func `the new index must have its share of the serving one`(found: Int, serving: Int, state: String) {
        let gate = ShareGate.judge(readModel: "m", found: found, serving: serving, share: 0.9)
        #expect(gate.state.rawValue == state)
    }

    @Test func `an accepted line is known by its bytes wherever it stands, and stale ones are told`() {
        var reject = Reject(why: "bad_json")
        reject.segment = "a"
        reject.line = 1
        reject.sha256 = "ff"
        let entry = AcceptedRejects.Entry(
            segment: "b",
            line: 9,
            sha256: "ff",
            key: nil,
            why: "bad_json",
            note: ""
        )
        let other = AcceptedRejects.Entry(
            segment: "a",
            line: 1,
            sha256: "ee",
            key: nil,
            why: "bad_json",
            note: ""
        )
        let gate = RejectsGate.judge([reject], accepted: AcceptedRejects(entries: [entry, other]), budget: 0)
        #expect(gate.state == .reported)
        #expect(gate.detail.hasSuffix("stale, 1 accepted no longer occur: a:1 bad_json"))
        #expect(
            RejectsGate.judge([reject], accepted: AcceptedRejects(entries: [other]), budget: 0).state
                == .failed
        )
    }

    @Test func `segments that changed or went are told apart from new ones`() {
        let a = SegmentIdentity(path: "a", bytes: 1, digest: "1")
        let b = SegmentIdentity(path: "b", bytes: 1, digest: "2")
        let grown = ArchiveChange(from: [a], to: [a, b])
        #expect(grown.onlyGrew)
        #expect(grown.sentences == ["segment b added"])
        let moved = ArchiveChange(from: [a, b], to: [SegmentIdentity(path: "a", bytes: 1, digest: "9")])
        #expect(!moved.onlyGrew)
        #expect(moved.sentences == ["segment a changed", "segment b missing"])
    }

    @Test func `what is accepted of a document covers no refusal by another field or read model`() throws {
        var reject = Reject(why: "field_conversion")
        (reject.key, reject.readModel, reject.field) = ("001", "clients", "Industry")
        let entry = AcceptedRejects.Entry(reject, note: "known")
        var other = reject
        other.field = "Name"
        #expect(entry.covers(reject) && !entry.covers(other))
        other = reject
        other.readModel = "projects"
        #expect(!entry.covers(other))
        #expect(AcceptedRejects.Entry(json: entry.json) == entry)
        let gate = RejectsGate.judge([other], accepted: AcceptedRejects(entries: [entry]), budget: 0)
        #expect(gate.state == .failed)
        #expect(gate.detail.hasSuffix("no longer occur: clients/001 field_conversion of Industry"))
        // Files that an older refold wrote say less, and cover as much as they did.
        let old: JSONValue = ["key": "001", "why": "field_conversion", "note": "known"]
        #expect(try #require(AcceptedRejects.Entry(json: old)).covers(other))
    }

    @Test func `an accepted reject is counted in the sum that it is part of`() {
        var line = Reject(why: "bad_json")
        line.segment = "a"
        line.sha256 = "01"
        var record = line
        record.why = "bad_record_id"
        record.record = 1
        record.entity = "Account"
        var event = line
        event.why = "fold_type"
        event.readModel = "clients"
        var document = Reject(why: "field_conversion")
        document.readModel = "clients"
        document.key = "001"
        let rejects = [line, record, event, document]
        let known = AcceptedRejects(entries: rejects.map { AcceptedRejects.Entry($0, note: "") })
        var other = Workshop.readModel()
        other.name = "people"
        other.aggregate.entities = ["Contact"]
        let counts = AcceptedCounts(rejects, known, of: [Workshop.readModel(), other])
        #expect(counts.lines == 1)
        #expect(counts.records == ["clients": 2])
        #expect(counts.documents == ["clients": 1])
        #expect(AcceptedCounts(rejects, AcceptedRejects(), of: [other]) == AcceptedCounts())
    }
}
