/// Whether what is doubtful stays within the job's budgets; without a budget it is only reported.
enum BudgetGates {
    static func judgeGaps(readModel: String, found: Int, budget: Int?) -> GateResult {
        judge(.gaps, readModel: readModel, found: found, budget: budget, what: "live aggregates have a gap")
    }

    static func judgeMarks(found: Int, budget: Int?) -> GateResult {
        judge(.marks, readModel: nil, found: found, budget: budget, what: "events mark a whole entity")
    }

    private static func judge(
        _ name: GateName,
        readModel: String?,
        found: Int,
        budget: Int?,
        what: String
    ) -> GateResult {
        guard let budget else {
            return GateResult(
                name,
                found == 0 ? .passed : .reported,
                readModel: readModel,
                "\(found) \(what)"
            )
        }
        let text = "\(found) \(what), the budget is \(budget)"
        return GateResult(name, found <= budget ? .passed : .failed, readModel: readModel, text)
    }
}
