"""Published numbers and printed relations that no rule confronts, and why not.

An entry names the columns that it speaks of, as ``table.column``, ``table.*`` or
``table.value[indicator]``; ``coverage`` says what counts as being under a rule. An entry without
columns speaks of what reports print beside them.
"""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import NoRule

_WITH_YEARS = (
    "figures",
    "observations",
    "cooperatives",
    "cooperatives_by_sector",
    "groups",
    "unions",
    "targets",
    "support",
    "context",
    "implied_values",
)

NO_RULES: tuple[NoRule, ...] = (
    NoRule(
        name="years_of_periods",
        because=Label(
            vi="Năm được lấy ra từ thời kỳ của số liệu, không phải số được in để so sánh.",
            en="The year is taken from the period of the figure; it is not printed as a number.",
        ),
        columns=tuple(f"{table}.year" for table in _WITH_YEARS),
    ),
    NoRule(
        name="places_and_forms_of_prints",
        because=Label(
            vi="Nói số được in ở đâu, in thế nào; htx verify đối chiếu với văn bản.",
            en="They say where and how a number is printed; htx verify compares them with the "
            "document.",
        ),
        columns=(
            "figures.line",
            "figures.start",
            "figures.end",
            "figures.page",
            "figures.decimals",
            "legal_documents.line",
            "legal_documents.start",
        ),
    ),
    NoRule(
        name="sizes_of_reports",
        because=Label(
            vi="Là độ dài và số con số của văn bản; đọc dữ liệu và htx verify đối chiếu chúng.",
            en="The length of a document and how many numerals it has; reading and htx verify "
            "compare them.",
        ),
        columns=("reports.*",),
    ),
    NoRule(
        name="counts_of_evaluations",
        because=Label(
            vi="Đếm kết quả kiểm tra của chính các quy tắc.",
            en="They count what the rules themselves found.",
        ),
        columns=("rules.*",),
    ),
    NoRule(
        name="sides_of_findings",
        because=Label(
            vi="Là hai vế và chênh lệch của phương trình mà phát hiện đã nêu.",
            en="They are the two sides of the equation that the finding tells, and their distance.",
        ),
        columns=("findings.*",),
    ),
    NoRule(
        name="statements_compared",
        because=Label(
            vi="Đặt số của hai báo cáo về cùng một đại lượng cạnh nhau; chính các số ấy nằm ở bảng "
            "figures và thuộc quy tắc repeated_prints_agree.",
            en="They put the figures of two reports on one quantity side by side; the figures "
            "themselves are in the table figures, and under repeated_prints_agree.",
        ),
        columns=("revisions.*",),
    ),
    NoRule(
        name="computed_attainments",
        because=Label(
            vi="Được tính từ số đạt được và chỉ tiêu, không phải số in; tỷ lệ in ra thuộc quy tắc "
            "plan_attainments.",
            en="Computed of what was achieved and the target, and not printed; printed ones are "
            "under plan_attainments.",
        ),
        columns=("targets.attainment_percent",),
    ),
    NoRule(
        name="loans_of_several_lenders",
        because=Label(
            vi="Các nguồn cho vay chỉ khác nhau ở ghi chú, nên dư nợ, số HTX vay và số dự án của "
            "từng nguồn không phải một đại lượng in hai lần, và tổng của chúng không được in.",
            en="Lenders differ by the note only: what is owed to each, and by how many, is not one "
            "quantity that is printed twice, and no report prints the sum.",
        ),
        columns=(
            "support.value[loans_outstanding]",
            "support.value[borrowers]",
            "support.value[projects_with_loans]",
        ),
    ),
    NoRule(
        name="legal_fees_and_delays",
        because=Label(
            vi="Là mức do văn bản quy định, đứng một mình; không cộng và không chia cho số nào.",
            en="A regulation sets them, each for itself; they are part or multiple of nothing.",
        ),
        columns=(
            "context.value[registration_fee]",
            "context.value[registration_reissue_fee]",
            "context.value[registration_days]",
        ),
    ),
    NoRule(
        name="income_of_the_population",
        because=Label(
            vi="Là bình quân theo dân số; tổng thu nhập và thu nhập của từng nhóm không được in.",
            en="A mean over the population, of which neither the total income nor that of any "
            "group is printed.",
        ),
        columns=("context.value[income_per_capita]",),
    ),
    NoRule(
        name="yearly_means_of_changes",
        because=Label(
            vi="Mức giảm bình quân mỗi năm (3,4 %/năm) cần giá trị của từng năm trong giai đoạn; "
            "báo cáo không in các giá trị ấy.",
            en="The mean of yearly changes (3,4 % a year) needs the value of each year of the "
            "span, and reports do not print them.",
        ),
        columns=(),
    ),
    NoRule(
        name="yearly_rates_over_spans",
        because=Label(
            vi="Chỉ tiêu mỗi năm của cả giai đoạn (25 HTX/năm) chưa nói gì về một năm cụ thể: các "
            "năm có thể bù nhau.",
            en="A target per year over a span (25 cooperatives a year) asks nothing of a single "
            "year: one may make up for another.",
        ),
        columns=(),
    ),
    NoRule(
        name="shares_over_organizations",
        because=Label(
            vi="Toàn bộ gồm HTX, tổ hợp tác và liên hiệp, đếm bằng những đơn vị khác nhau, và "
            "không được in thành một số.",
            en="The whole takes in cooperatives, groups and unions, which are counted in units of "
            "their own, and no report prints it as one number.",
        ),
        columns=(),
    ),
    NoRule(
        name="approximate_figures",
        because=Label(
            vi="Số in với từ khoảng không giới hạn giá trị nào: nó có mặt trong nhóm của mình "
            "nhưng không đạt và cũng không trái với quy tắc nào.",
            en="A number that is printed as about so many bounds nothing: it stands in its groups, "
            "but can neither pass nor fail.",
        ),
        columns=(),
    ),
    NoRule(
        name="figures_of_named_entities",
        because=Label(
            vi="Báo cáo chỉ nêu tên vài tổ chức làm ví dụ; số của chúng không cộng thành tổng nào.",
            en="Reports name a few organizations as examples; their figures add up to no total.",
        ),
        columns=(),
    ),
    NoRule(
        name="people_who_left",
        because=Label(
            vi="Báo cáo in số thành viên và lao động mới, không in số đã rời đi, nên đầu kỳ và "
            "cuối kỳ không nối được với nhau.",
            en="Reports print new members and employees but not those who left, so that the "
            "opening and the close cannot be tied to each other.",
        ),
        columns=(),
    ),
    NoRule(
        name="managers_by_training",
        because=Label(
            vi="Các nhóm trình độ chồng lên nhau và không gồm người chưa qua đào tạo, nên cộng lại "
            "không bằng tổng số cán bộ.",
            en="The groups by training overlap and leave out who has none: they do not add up to "
            "all managers.",
        ),
        columns=(),
    ),
    NoRule(
        name="support_of_several_measures",
        because=Label(
            vi="Một HTX có thể được nhiều biện pháp hỗ trợ, nên các biện pháp không cộng lại được; "
            "chỉ ba chương trình mà báo cáo tự cộng mới có quy tắc.",
            en="A cooperative may take part in several measures, so that measures do not add up; "
            "only the three programmes that a report itself adds up are under a rule.",
        ),
        columns=(),
    ),
)
