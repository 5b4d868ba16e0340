import RefoldBytes

/// Whether what is doubtful stays within the job's budgets; without a budget it is only reported.
enum BudgetGates {
    static func judgeGaps(readModel: String, _ sums: DocumentSums, budget: Int?) -> GateResult {
        // A record of which only gaps came has no field yet, and so no document.
        let missing = sums.gaps - sums.writtenGaps
        let absence =
            missing == 0 ? "" : "; \(grouped(missing)) of them \(missing == 1 ? "has" : "have") no document"
        return judge(
            .gaps,
            readModel: readModel,
            found: sums.gaps,
            budget: budget,
            what: ("live aggregate has a gap", "live aggregates have a gap"),
            meaning: "the source sent a change without its data, so the document may lack it\(absence); "
                + "a SNAPSHOT event of the record, appended, ends the gap"
        )
    }

    static func judgeMarks(found: Int, budget: Int?) -> GateResult {
        judge(
            .marks,
            readModel: nil,
            found: found,
            budget: budget,
            what: ("event marks a whole entity", "events mark a whole entity"),
            meaning:
                "the source left changes out without naming their records, so any document of the entity "
                + "may be behind; SNAPSHOT events of its records, appended, mend it (the mark stays counted)"
        )
    }

    private static func judge(
        _ name: GateName,
        readModel: String?,
        found: Int,
        budget: Int?,
        what: (one: String, many: String),
        meaning: String
    ) -> GateResult {
        var text = grouped(found, what.one, what.many)
        if let budget { text += ", the budget is \(grouped(budget))" }
        if found > 0 { text += ": \(meaning)" }
        let state: GateResult.State =
            if let budget { found <= budget ? .passed : .failed } else { found == 0 ? .passed : .reported }
        return GateResult(name, state, readModel: readModel, text)
    }
}
