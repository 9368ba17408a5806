//! Coordinates of the two diagrams; the template draws them.

use serde::Serialize;

use super::abstention::RiskCoverage;
use super::calibration::Calibration;

/// Side of the square that both are drawn in.
const SIDE: f64 = 200.0;

/// Most points of a curve: a printed line shows no more.
const POINTS: usize = 200;

/// One bar of the reliability diagram, in the square's units from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Height of the mean confidence, which the bar should reach.
    confidence: f64,
    n: u64,
}

/// Bars of the bins that hold a pair.
pub(super) fn reliability(calibration: &Calibration) -> Vec<Bar> {
    let width = SIDE / calibration.bins.len() as f64;
    let bins = calibration.bins.iter().enumerate();
    let bar = |(i, bin): (usize, &super::calibration::Bin)| {
        let height = bin.accuracy? * SIDE;
        let confidence = SIDE - bin.confidence? * SIDE;
        Some(Bar { x: i as f64 * width, y: SIDE - height, width, height, confidence, n: bin.n })
    };
    bins.filter_map(bar).collect()
}

/// The curve as the points of an SVG polyline; risk is drawn up to `top`.
pub(super) fn risk_coverage(curve: &RiskCoverage, top: f64) -> String {
    let step = curve.points.len().div_ceil(POINTS).max(1);
    let last = curve.points.last().filter(|_| !(curve.points.len() - 1).is_multiple_of(step));
    let shown = curve.points.iter().step_by(step).chain(last);
    let point =
        |p: &super::abstention::Point| format!("{:.1},{:.1}", p.coverage * SIDE, SIDE - (p.risk / top).min(1.0) * SIDE);
    shown.map(point).collect::<Vec<_>>().join(" ")
}

/// The highest risk, rounded up to a tenth, at least a tenth.
pub(super) fn top(curve: &RiskCoverage) -> f64 {
    let highest = curve.points.iter().map(|point| point.risk).fold(0.0, f64::max);
    ((highest * 10.0).ceil() / 10.0).max(0.1)
}
