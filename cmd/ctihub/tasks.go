package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/storage"
)

// countLimit bounds the counting for one scrape.
const countLimit = 2 * time.Second

var (
	openTasks = prometheus.NewDesc("ctihub_tasks_open", "Tasks to be done: missed calls to be called back.", nil, nil)
	lateTasks = prometheus.NewDesc("ctihub_tasks_late", "Of the open tasks, those past their time.", nil, nil)
)

// taskMetrics counts the open tasks at each scrape. All hubs on one database
// tell the same; while it is away they tell nothing.
type taskMetrics struct{ store *storage.Store }

// Describe implements prometheus.Collector.
func (m taskMetrics) Describe(ch chan<- *prometheus.Desc) { ch <- openTasks; ch <- lateTasks }

// Collect implements prometheus.Collector.
func (m taskMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countLimit)
	defer cancel()
	n, err := m.store.TaskCounts(ctx, "", time.Now())
	if err != nil {
		return
	}
	ch <- prometheus.MustNewConstMetric(openTasks, prometheus.GaugeValue, float64(n.Open))
	ch <- prometheus.MustNewConstMetric(lateTasks, prometheus.GaugeValue, float64(n.Late))
}
