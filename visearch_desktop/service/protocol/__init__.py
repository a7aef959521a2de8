"""What the window and the library process say to each other: frozen, picklable, without Qt and without tensors.

The window sends a request with a job number of its own choosing, higher than all before. The library answers with any
number of reports that carry this number; a :class:`Finished` always comes last. Reports with job 0 come unasked.
"""

from __future__ import annotations

from visearch_desktop.library.rows import Order
from visearch_desktop.search.hits import Hit, Ranking
from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.service.protocol.comparing import GetHeatMap, HeatMapReady, TraceReady, WhyNotFound
from visearch_desktop.service.protocol.duplicates import DuplicatesReady, GetDuplicates, RefuseDuplicates
from visearch_desktop.service.protocol.evaluation import (
    DrawPlot,
    EvaluationReady,
    EvaluationRow,
    GetEvaluation,
    Measuring,
    PlotColours,
    PlotReady,
    RunEvaluation,
    Source,
    SourceKind,
)
from visearch_desktop.service.protocol.reports import (
    Choice,
    ComparisonReady,
    DetailsCounted,
    DetailsReady,
    Failed,
    Finished,
    FolderAdded,
    GroupPhotosReady,
    LabelsReady,
    LibraryChanged,
    Measured,
    NetworkRow,
    Note,
    OverviewReady,
    PageReady,
    Paused,
    PreviewReady,
    ProblemsReady,
    Progress,
    RankingReady,
    Ready,
    RowsReady,
    SectionsReady,
    SettingsReady,
    ThumbnailReady,
    Verifying,
    Waiting,
)
from visearch_desktop.service.protocol.requests import (
    AddFolder,
    Cancel,
    Compare,
    CountDetails,
    FetchNetwork,
    GetDetails,
    GetGroupPhotos,
    GetLabels,
    GetOverview,
    GetPage,
    GetPreview,
    GetProblems,
    GetRows,
    GetSections,
    GetSettings,
    GetThumbnails,
    IgnoreProblems,
    ImportNetwork,
    Index,
    LabelPhotos,
    Pause,
    Purge,
    Quit,
    RemoveFolder,
    RestoreFolder,
    RestoreLabels,
    RetryProblems,
    Search,
    SetSetting,
)

Request = (
    AddFolder | RemoveFolder | RestoreFolder | Index | Pause | Cancel | GetOverview | GetSections | GetPage
    | GetRows | GetThumbnails | GetDetails | GetPreview | CountDetails | Search | Compare | GetProblems
    | RetryProblems | IgnoreProblems | GetLabels | LabelPhotos | RestoreLabels | GetSettings | SetSetting | Purge
    | FetchNetwork | ImportNetwork | Quit | GetEvaluation | RunEvaluation | DrawPlot | GetHeatMap | WhyNotFound
    | GetGroupPhotos | GetDuplicates | RefuseDuplicates
)  # fmt: skip

Report = (
    Ready | LibraryChanged | Progress | Paused | Waiting | Note | FolderAdded | OverviewReady | SectionsReady
    | PageReady | RowsReady | ThumbnailReady | DetailsReady | PreviewReady | DetailsCounted | RankingReady | Verifying
    | ComparisonReady | ProblemsReady | LabelsReady | SettingsReady | Failed | Finished | EvaluationReady
    | EvaluationRow | Measuring | PlotReady | HeatMapReady | TraceReady
    | GroupPhotosReady | DuplicatesReady
)  # fmt: skip

__all__ = [
    "AddFolder",
    "Cancel",
    "Choice",
    "Compare",
    "ComparisonReady",
    "CountDetails",
    "DetailsCounted",
    "DetailsReady",
    "DrawPlot",
    "DuplicatesReady",
    "EvaluationReady",
    "EvaluationRow",
    "Failed",
    "FetchNetwork",
    "Finished",
    "FolderAdded",
    "GetDetails",
    "GetDuplicates",
    "GetEvaluation",
    "GetGroupPhotos",
    "GetHeatMap",
    "GetLabels",
    "GetOverview",
    "GetPage",
    "GetPreview",
    "GetProblems",
    "GetRows",
    "GetSections",
    "GetSettings",
    "GetThumbnails",
    "GroupPhotosReady",
    "HeatMapReady",
    "Hit",
    "IgnoreProblems",
    "ImportNetwork",
    "Index",
    "LabelPhotos",
    "LabelsReady",
    "LibraryChanged",
    "Measured",
    "Measuring",
    "NetworkRow",
    "Note",
    "Order",
    "OverviewReady",
    "PageReady",
    "Pause",
    "Paused",
    "PlotColours",
    "PlotReady",
    "PreviewReady",
    "ProblemsReady",
    "Progress",
    "Purge",
    "Query",
    "QueryPicture",
    "Quit",
    "Ranking",
    "RankingReady",
    "Ready",
    "RefuseDuplicates",
    "RemoveFolder",
    "Report",
    "Request",
    "RestoreFolder",
    "RestoreLabels",
    "RetryProblems",
    "RowsReady",
    "RunEvaluation",
    "Search",
    "SectionsReady",
    "SetSetting",
    "SettingsReady",
    "Source",
    "SourceKind",
    "ThumbnailReady",
    "TraceReady",
    "Verifying",
    "Waiting",
    "WhyNotFound",
]
